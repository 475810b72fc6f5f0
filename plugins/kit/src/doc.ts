import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from "@bufbuild/protobuf";
import { parentTypes } from "@bufbuild/protobuf/reflect";
import { commentsOf } from "./comments.js";
import { declaration } from "./declaration.js";
import { featureOptions } from "./features.js";
import { verbatim } from "./source-file.js";

export type Documented =
  | DescMessage
  | DescEnum
  | DescEnumValue
  | DescExtension
  | DescField
  | DescMethod
  | DescOneof
  | DescService;

/** The TSDoc block of an element: its comments, what it was generated from, `@deprecated`. */
export function doc(desc: Documented, indent = ""): string {
  const lines = commentLines(desc);
  if (lines.length > 0) lines.push("");
  addTags(lines, desc);
  return blockOf(lines, indent);
}

/** Adds the tags of an element's block: what it was generated from, the features that it sets, `@deprecated`. */
export function addTags(lines: string[], desc: Documented): void {
  lines.push(`@generated from ${declaration(desc)}`);
  if (desc.kind === "message" || desc.kind === "enum") {
    const features = featureOptions(desc);
    if (features.length > 0)
      lines.push(`@generated with option${features.length > 1 ? "s" : ""} ${features.join(", ")}`);
  }
  if (isDeprecated(desc)) lines.push("@deprecated");
}

/** A TSDoc block of only an element's comments and `@deprecated`. Empty if there is neither. */
export function comment(desc: Documented, indent: string): string {
  const lines = commentLines(desc);
  if (isDeprecated(desc)) lines.push(...(lines.length > 0 ? [""] : []), "@deprecated");
  return lines.length === 0 ? "" : `${blockOf(lines, indent)}\n`;
}

/** A TSDoc block with this text. */
export function block(text: string, indent = ""): string {
  return blockOf(text.split("\n"), indent);
}

function blockOf(lines: readonly string[], indent: string): string {
  return commentBlock(lines, indent, soundVerbatim);
}

/** Lines as a comment block. Text that would end the comment is escaped. */
export function commentBlock(lines: readonly string[], indent = "", made: (line: string) => string = sound): string {
  let text = `${indent}/**\n`;
  for (const line of lines) text += line === "" ? `${indent} *\n` : `${indent} * ${made(line)}\n`;
  return `${text}${indent} */`;
}

function soundVerbatim(line: string): string {
  return verbatim(sound(line));
}

function sound(line: string): string {
  return line.includes("*/") ? line.replaceAll("*/", "*\\/") : line;
}

/** The leading and the trailing comment, with an empty line between them. */
function commentLines(desc: Documented): string[] {
  const { leading, trailing } = commentsOf(desc);
  const lines = leading === undefined ? [] : paragraph(leading);
  if (trailing === undefined) return lines;
  return lines.length === 0 ? paragraph(trailing) : [...lines, "", ...paragraph(trailing)];
}

/** Removes the space after the comment mark, and the asterisk that protoc keeps of a doc comment. */
function paragraph(text: string): string[] {
  const lines = text.replace(/^\*+(?=\s|$)/, "").split("\n");
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line.startsWith(" ") ? line.slice(1) : line).trimEnd());
}

/** Whether an element, or a type around it, is deprecated. */
export function isDeprecated(desc: Documented): boolean {
  switch (desc.kind) {
    case "field":
    case "enum_value":
    case "rpc":
      return desc.deprecated;
    default:
      return desc.deprecated || parentTypes(desc).some((parent) => parent.deprecated);
  }
}
