import type { Case } from "./corpus.mjs";

export const languageCases: readonly Case[];
export const languagesFolder: string;
export function compileLanguages(): void;
