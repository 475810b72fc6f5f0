import type { JsonWriteContext } from "./options.js";

/** The keys of a message's fields. `keys` makes it; its tables are made when the first text is read or written. */
export class Keys {
  /**
   * The names of the fields, separated by spaces: the JSON name, "|" and the proto name where that is another, "!" in front
   * of one that is not read because it is the JSON name of another field. What JSON escapes is escaped.
   */
  readonly names: string;
  /** For each field the text of its key as that of the first member, and as that of a later one. */
  texts: readonly string[] | undefined;
  /** The same with proto names. */
  protoTexts: readonly string[] | undefined;
  /** The code units of the JSON names, a quote behind each. */
  units: Uint16Array | undefined;
  /** Where the name of each field begins in `units`. */
  starts: Uint16Array | undefined;
  /** The index of each field by its names. */
  indexes: Map<string, number> | undefined;

  constructor(names: string) {
    this.names = names;
    this.texts = undefined;
    this.protoTexts = undefined;
    this.units = undefined;
    this.starts = undefined;
    this.indexes = undefined;
  }
}

/** Describes the keys of a message; has no side effects. */
export function keys(names: string): Keys {
  return new Keys(names);
}

/** For the field with index i, 2i is where the text of its key as the first member is, and 2i + 1 that of a later one. */
export function keyTexts(keys: Keys, o: JsonWriteContext): readonly string[] {
  const texts = o.useProtoFieldName ? keys.protoTexts : keys.texts;
  return texts ?? createTexts(keys, o);
}

function createTexts(keys: Keys, { useProtoFieldName }: JsonWriteContext): readonly string[] {
  const texts = keys.names.split(" ").flatMap((names) => {
    const [json, proto = json!] = names.split("|");
    const name = useProtoFieldName ? proto.replace("!", "") : json!;
    const key = JSON.stringify(JSON.parse(`"${name}"`));
    return [`{${key}:`, `,${key}:`];
  });
  if (useProtoFieldName) keys.protoTexts = texts;
  else keys.texts = texts;
  return texts;
}
