export interface Case {
  readonly id: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}
export interface Sides {
  readonly before: string;
  readonly after: string;
}
export function readCases(): readonly Case[];
export function compileCorpus(folder: string): void;
export const corpus: {
  readonly images: Sides;
  readonly bufImages: Sides;
  readonly sources: Sides;
};
export const includes: readonly string[];
