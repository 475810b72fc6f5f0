import type { DescField, DescOneof } from "@bufbuild/protobuf";
import type { Output } from "../output.js";
import type { CompactPart } from "./compact-part.js";
import type { JsonForm } from "./json-refs.js";

/**
 * A member of a message, and all that is printed for it. Each shape is one value of this type, so that none of its
 * halves can be missing. Expressions for the message and its member: `m` and `m.name`.
 */
export interface MemberShape {
  /** The declaration of the property, without its doc comment: `name: string;`. */
  declare(out: Output): string;
  /** The declaration in the init. */
  declareInit(out: Output): string;
  /** What the constructor assigns. */
  initial(out: Output): string;
  /** Takes the member over from the init `i`. */
  init(out: Output): string;
  /** The fields to which the member gives code: one, or those of the oneof. */
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  readonly field: DescField;
  /** The cases of the decoder's switch. */
  read(out: Output): string[];
  /** What writes the field. */
  write(out: Output): FieldWriter;
  /**
   * The statements that append the field to the JSON text `s`; `key` is the text in front of its value, the variable `a`
   * the option to write what is zero.
   */
  writeJson(out: Output, key: string): string[];
  /** What the reader of JSON trees needs beside the field's word. */
  jsonRefs(out: Output, form: JsonForm): readonly string[];
  /** The statements that read the field from JSON text, with the cursor in front of its value. */
  parseJson(out: Output): string[];
  /** The statements that return the path of a required field that is missing; none where none can be. */
  missing(out: Output): string[];
  /** The field's word in MessageInfo, without its number. */
  info(out: Output): string;
  /** The field's part of the compact form. */
  compact(out: Output): CompactPart;
}

export interface FieldWriter {
  /** The statements that write the field where it is set; of a field in a oneof, those of its case. */
  readonly lines: readonly string[];
  /** How many bytes it may take without a check of the room behind it, tag included; 0 where it always checks. */
  readonly run: number;
  /** For a map: the function that writes an entry. */
  readonly entry?: readonly string[];
  /** For a field in a oneof: the oneof, as an expression, and the field's case. */
  readonly oneof?: { readonly on: string; readonly case: string };
}

export type Member = DescField | DescOneof;
