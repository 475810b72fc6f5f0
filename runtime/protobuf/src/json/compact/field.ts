import type { CompactField } from "../../codec/compact/fields.js";
import type { JsonWriteContext } from "../context.js";
import type { JsonFieldParts } from "../tree/table.js";

/** A field for the interpreter, which writes it too. */
export interface CompactJsonField extends JsonFieldParts {
  readonly field: CompactField;
  /** The keys in quotes and with a colon, by either name. */
  readonly jsonKey: string;
  readonly protoKey: string;
  readonly write: (v: never, o: JsonWriteContext) => string;
}
