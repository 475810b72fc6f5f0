import { OVERFLOW } from "../../wire/writer.js";
import { explain } from "../explain.js";
import type { MessageType } from "../message.js";
import type { AnyMessage, Explain, MessageInfo, Missing, NamedType, Read, Write } from "../message-info.js";
import type { Adapter, CompactElement } from "./element.js";
import { type CompactFields, createFields } from "./fields.js";
import { missingCompact } from "./missing.js";
import { readCompact } from "./read.js";
import { writeCompact } from "./write.js";

/**
 * The generated description of a class in the compact form (`optimize_for = CODE_SIZE`), beside its constructor.
 *
 * `fields` is as in MessageInfo, with flags after each word: `o` has explicit presence, `r` is required, `e` is a list
 * that is not packed, `u` text that is not verified, `c` a closed enum, `n` a 64-bit integer represented as a number
 * (otherwise a string), `w` a wrapper represented by its value, `d` a wrapper or Struct in the delimited encoding, `m`
 * a message with required fields, directly or nested, `j` a JSON name that does not follow from the property's, `p` a property, and that of its oneof, that has the proto
 * name.
 *
 * `refs` holds, field by field, what the words cannot express:
 *
 * - closed enum: the check for its values
 * - enum represented by names: the EnumNames
 * - message, or a wrapper represented by its value: class
 * - Struct represented by a JSON object: class, structToJson, structFromJson, the classes these need
 * - Timestamp or Duration represented by something else: the class Seconds, the TimeForm
 *
 * `json` and `extensions` are for CompactJson.
 */
export type CompactTable = readonly [
  fields: string,
  refs?: readonly unknown[],
  json?: readonly unknown[],
  extensions?: object,
];

export interface CompactType extends MessageType {
  $table(): CompactTable;
}

/** The codec of a message in the compact form: field names for errors, and the interpreter on the table. */
export class CompactInfo<M extends AnyMessage = AnyMessage> implements MessageInfo<M> {
  readonly fields: string;
  size = 0;
  private readonly refs: readonly unknown[];
  private made: CompactCodec<M> | undefined = undefined;

  constructor(fields: string, refs: readonly unknown[] = []) {
    this.fields = fields;
    this.refs = refs;
  }

  get known(): CompactFields {
    return this.codec.known;
  }

  get types(): () => readonly NamedType[] {
    return () => this.known.fields.flatMap(({ element }) => namedTypeOf(element));
  }

  get read(): Read<M> {
    return this.codec.read;
  }

  get write(): Write<M> {
    return this.codec.write;
  }

  get explain(): Explain {
    return explain;
  }

  get copy(): unknown {
    return OVERFLOW;
  }

  get missing(): Missing<M> {
    return this.codec.missing!; // MessageInfo uses undefined for "absent"
  }

  private get codec(): CompactCodec<M> {
    this.made ??= createCodec(createFields(this.fields, this.refs));
    return this.made;
  }
}

/** The class of a message field, or the form of a time or an enum. */
function namedTypeOf({ adapter, message }: CompactElement): NamedType | NamedType[] {
  if (adapter !== undefined) return adapter.invalid ? (adapter as Adapter & NamedType) : [];
  return message?.type ?? [];
}

interface CompactCodec<M> {
  readonly known: CompactFields;
  readonly read: Read<M>;
  readonly write: Write<M>;
  readonly missing: Missing<M> | undefined;
}

function createCodec<M extends AnyMessage>(known: CompactFields): CompactCodec<M> {
  const isChecked = known.fields.some(({ isRequired, element }) => isRequired || element.message?.isChecked);
  return {
    known,
    read: (m, p, end, d) => readCompact(known, m, p, end, d),
    write: (m, p) => writeCompact(known, m, p),
    missing: isChecked ? (m) => missingCompact(known, m) : undefined,
  };
}
