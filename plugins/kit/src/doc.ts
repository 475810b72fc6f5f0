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
import { verbatim } from "./source-file.js";

type Documented =
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
  const { leading, trailing } = commentsOf(desc);
  const paragraphs = [leading, trailing].filter((text) => text !== undefined).map(paragraph);
  const tags = [`@generated from ${declaration(desc)}`];
  if (isDeprecated(desc)) tags.push("@deprecated");
  return block([...paragraphs, tags.join("\n")].join("\n\n"), indent);
}

/** The comments of an element alone, as a TSDoc block; empty where there are none. */
export function comment(desc: Documented, indent: string): string {
  const { leading, trailing } = commentsOf(desc);
  const paragraphs = [leading, trailing].filter((text) => text !== undefined).map(paragraph);
  return paragraphs.length === 0 ? "" : `${block(paragraphs.join("\n\n"), indent)}\n`;
}

/** A TSDoc block of any text. */
export function block(text: string, indent = ""): string {
  const lines = text
    .split("\n")
    .map((line) => `${indent} *${line === "" ? "" : ` ${verbatim(line).replaceAll("*/", "*\\/")}`}`);
  return [`${indent}/**`, ...lines, `${indent} */`].join("\n");
}

/** Comments have a space behind the comment mark. */
function paragraph(text: string): string {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.replace(/^ /, "").trimEnd())
    .join("\n");
}

function isDeprecated(desc: Documented): boolean {
  switch (desc.kind) {
    case "field":
    case "enum_value":
    case "rpc":
    case "oneof":
      return desc.deprecated;
    default:
      return desc.deprecated || parentTypes(desc).some((parent) => parent.deprecated);
  }
}
