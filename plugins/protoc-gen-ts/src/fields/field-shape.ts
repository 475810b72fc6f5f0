import type { DescField, DescOneof } from "@bufbuild/protobuf";
import type { Output } from "../output.js";
import type { CompactPart } from "./compact-part.js";
import type { JsonForm } from "./json-refs.js";

/**
 * A member of a message and everything printed for it. Each shape is one value of this type, so that no half can be
 * missing. Expressions for the message and its member: `m` and `m.name`.
 */
export interface MemberShape {
  /** The declaration of the property, without its doc comment: `name: string;`. */
  declare(out: Output): string;
  /** The declaration in the init. */
  declareInit(out: Output): string;
  /** The value that the constructor assigns. */
  initial(out: Output): string;
  /** The statements that copy the member from the init `i`. */
  init(out: Output): string;
  /** The fields of the member: one, or those of the oneof. */
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  readonly field: DescField;
  /** For a field in a oneof: the oneof, as an expression, and the field's case. */
  readonly oneof?: OneofCase;
  /** The cases of the decoder's switch. */
  read(out: Output): string[];
  /** The writer of the field. */
  write(out: Output): FieldWriter;
  /**
   * The statements that append the field to the JSON text `s`, for a field in a oneof those of its case; `key` is the text before its value, and the variable `a`
   * is the option to write zero values.
   */
  writeJson(out: Output, key: string): string[];
  /** The references of the JSON tree reader, besides the field's word. */
  jsonRefs(out: Output, form: JsonForm): readonly string[];
  /** The statements that read the field from JSON text, with the cursor before its value. */
  parseJson(out: Output): string[];
  /** The statements that return the path of a missing required field; empty if none can be missing. */
  missing(out: Output): string[];
  /** The field's word in MessageInfo, without its number. */
  info(out: Output): string;
  /** The field's part of the compact form. */
  compact(out: Output): CompactPart;
}

export interface FieldWriter {
  /** The statements that write the field if it is set; for a field in a oneof, those of its case. */
  readonly lines: readonly string[];
  /** The most bytes, including the tag, that it writes without checking the room; 0 if it always checks. */
  readonly run: number;
  /** For a map: the function that writes an entry. */
  readonly entry?: readonly string[];
}

export interface OneofCase {
  readonly on: string;
  readonly case: string;
}

export type Member = DescField | DescOneof;
