import type { DescEnum, DescEnumValue, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import type { LanguageSurface } from "../finding.js";

/** A language's view of generated code, as protoc's own generator names it. */
export interface Language {
  readonly surface: LanguageSurface;
  /** The language's name in findings. */
  readonly title: string;
  /** Where the code of a file is: an import path, a package, a header. Undefined if it is not generated without more options. */
  place(file: DescFile): string | undefined;
  /** The name of a type within that place. */
  typeName(type: DescMessage | DescEnum): string;
  /** The uses that source code can make of a type, a field or a value. */
  uses(desc: Used): readonly Use[];
  /** A whole source file that imports what the code needs. */
  program(desc: Used, code: string): string;
}

export type Used = DescMessage | DescEnum | DescField | DescEnumValue;

/** One way to use a declaration. */
export interface Use {
  /** The part that must stay the same, without the names of the owner and its package: `GetAuthor() string`. */
  readonly signature: string;
  /** Source code that depends on it. */
  readonly code: string;
}

/** The names of a type and those around it, from the outside: `["Order", "Item"]`. */
export function pathOf(type: DescMessage | DescEnum): string[] {
  const outer = type.parent === undefined ? [] : pathOf(type.parent);
  return [...outer, type.name];
}
