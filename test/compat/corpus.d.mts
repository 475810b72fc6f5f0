export interface Case {
  readonly id: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}
export interface Sides {
  readonly before: string;
  readonly after: string;
}
export function readCases(folder?: string): readonly Case[];
/** Compiles both sides of cases into a folder, as before.binpb and after.binpb, beside their texts. */
export function compileCases(cases: readonly Case[], folder: string): void;
export function compileCorpus(folder: string): void;
export const corpus: {
  readonly images: Sides;
  readonly bufImages: Sides;
  readonly sources: Sides;
};
export const includes: readonly string[];

/** Compiles one side of cases, whose texts are in the folder `sources`, into an image. Throws what protoc says. */
export function compileSide(cases: readonly Case[], side: "before" | "after", sources: string, image: string): void;
