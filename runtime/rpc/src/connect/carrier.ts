import { create, type DescMessage, fromJson, type JsonValue, type Message, toJson } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { EmptySchema, type Value, ValueSchema } from "@bufbuild/protobuf/wkt";

// Connect has no hook for codecs: it encodes and decodes with @bufbuild/protobuf and a descriptor. So our bytes are
// carried by a message without fields, as its unknown fields: they pass through unchanged, at the cost of one copy. The
// carrier is named google.protobuf.Value, because a Value without a kind cannot be written as JSON: a transport set to
// JSON then fails before it sends, instead of sending an empty message.

export const carrierSchema: DescMessage = { ...EmptySchema, typeName: "google.protobuf.Value" };

interface Carrier extends Message {
  readonly kind?: { readonly case: string | undefined } | undefined;
}

/**
 * Wraps an encoded message in one unknown field that has the tag of its first field, and all following bytes as data.
 */
export function carry(bytes: Uint8Array): Message {
  const carrier = Object.assign(create(carrierSchema), { kind: { case: undefined } });
  if (bytes.length > 0) {
    const reader = new BinaryReader(bytes);
    const [no, wireType] = reader.tag();
    carrier.$unknown = [{ no, wireType, data: bytes.subarray(reader.pos) }];
  }
  return carrier;
}

/** Wraps a message as JSON: as a google.protobuf.Value, whose JSON may be anything. */
export function carryJson(json: JsonValue): Message {
  return fromJson(ValueSchema, json);
}

/** The JSON of a received carrier; undefined if it came in the binary format. */
export function carriedJson(message: Message): JsonValue | undefined {
  return (message as Carrier).kind?.case === undefined ? undefined : toJson(ValueSchema, message as Value);
}

/** The bytes of a received carrier; undefined if it came as JSON. */
export function carried(message: Message): Uint8Array | undefined {
  const { kind, $unknown = [] } = message as Carrier;
  if (kind?.case !== undefined) return undefined;
  const writer = new BinaryWriter();
  for (const { no, wireType, data } of $unknown) writer.tag(no, wireType).raw(data);
  return writer.finish();
}
