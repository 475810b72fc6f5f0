import type { DescField, DescOneof } from "@bufbuild/protobuf";
import type { Output } from "../output.js";

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
  /** The statements that write the field, and how many bytes they take at most without a check of their own. */
  write(out: Output): Printed;
  /** The statements that append the field to the JSON text `s`. */
  writeJson(out: Output): string[];
  /** The statements that read the field from the JSON value `v`. */
  readJson(out: Output): string[];
  /** The statements that return the path of a required field that is missing; none where none can be. */
  missing(out: Output): string[];
  /** The field's word in MessageInfo, without its number. */
  info(out: Output): string;
}

export interface Printed {
  readonly lines: readonly string[];
  /** Bytes at most, tag included. */
  readonly run: number;
  /** Whether the last thing written sees to the room behind it, which begins a new run. */
  readonly checked: boolean;
}

export type Member = DescField | DescOneof;
