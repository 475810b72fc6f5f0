import type { DescFile } from "@bufbuild/protobuf";
import { fileOf } from "@protoloom/plugin-kit";
import type { Effect, LanguageSurface } from "../finding.js";
import { cpp } from "./cpp.js";
import { go } from "./go.js";
import { java } from "./java.js";
import type { Language, Use, Used } from "./language.js";
import { python } from "./python.js";

/** The languages beside TypeScript whose generated code is compared by declared rules. */
export const languages: readonly Language[] = [go, java, python, cpp];

/**
 * The breaks of a declaration for source code in each language: a use that the new version does not have. Where the whole file
 * is elsewhere in a language, its finding is that of the file.
 */
export function sourceEffects(previous: Used, next: Used | undefined): Effect[] {
  return languages.flatMap((language) => {
    if (language.place(fileOf(previous)) === undefined) return [];
    const after = next === undefined ? [] : language.uses(next);
    const lost = language.uses(previous).find(({ signature }) => !after.some((use) => allows(use, signature)));
    if (lost === undefined) return [];
    const now = after.length === 0 ? "it is gone" : after.map(({ signature }) => signature).join(", ");
    return [broken(language, previous, lost, now)];
  });
}

/** The breaks of a type: of its name, and of its place if it moved to another file. */
export function typeEffects(
  previous: Extract<Used, { kind: "message" | "enum" }>,
  next: typeof previous | undefined,
): Effect[] {
  return languages.flatMap((language) => {
    const [use] = language.uses(previous);
    const before = language.place(previous.file);
    if (before === undefined || use === undefined) return [];
    if (next === undefined) return [broken(language, previous, use, "it is gone")];
    const after = language.place(next.file);
    const isMoved = previous.file.proto.name !== next.file.proto.name && before !== after;
    if (!isMoved && language.typeName(previous) === language.typeName(next)) return [];
    return [broken(language, previous, use, `${language.typeName(next)} in ${after ?? "no place of its own"}`)];
  });
}

/** The breaks of a file whose code is elsewhere, with its first type as the witness. */
export function placeEffects(previous: DescFile, next: DescFile): Effect[] {
  const type = previous.messages[0] ?? previous.enums[0];
  if (type === undefined) return [];
  return languages.flatMap((language) => {
    const [before, after] = [language.place(previous), language.place(next)];
    if (before === undefined || before === after) return [];
    return [broken(language, type, language.uses(type)[0]!, after ?? "no place of its own")];
  });
}

/** Whether what could be used by the signature still can. In Python, a field for floating point takes integers, too. */
function allows({ signature }: Use, wanted: string): boolean {
  return signature === wanted || signature === wanted.replace(/: (list of |)number$/, ": $1float");
}

function broken(language: Language, desc: Used, { code }: Use, now: string): Effect {
  const surface: LanguageSurface = language.surface;
  const witness = {
    surface,
    direction: "backward",
    writer: "previous",
    message: "",
    data: language.program(desc, code).trimEnd(),
    written: surface === "python" ? "runs" : "compiles",
    read: now,
  } as const;
  return { surface, direction: "backward", verdict: "breaking", witness };
}
