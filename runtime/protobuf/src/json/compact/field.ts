import type { CompactField } from "../../codec/compact/fields.js";
import type { JsonWriteContext } from "../context.js";
import type { JsonFieldParts } from "../tree/table.js";

/** A field for the interpreter that reads and writes it. */
export interface CompactJsonField extends JsonFieldParts {
  readonly field: CompactField;
  /** The quoted keys with a colon, for both names. */
  readonly jsonKey: string;
  readonly protoKey: string;
  readonly write: (v: never, o: JsonWriteContext) => string;
}
