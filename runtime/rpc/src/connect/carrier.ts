import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { EmptySchema } from "@bufbuild/protobuf/wkt";

// Connect has no hook for codecs: it encodes and decodes by @bufbuild/protobuf and a descriptor. What carries our bytes
// is a message without fields, whose unknown fields they are: they pass through as they stand, at the cost of a copy.
// It goes by the name of google.protobuf.Value, because a Value without a kind cannot be written as JSON: a transport
// that is set to JSON fails before it sends, instead of sending an empty message.

export const carrierSchema: DescMessage = { ...EmptySchema, typeName: "google.protobuf.Value" };

interface Carrier extends Message {
  readonly kind?: { readonly case: string | undefined } | undefined;
}

/** Wraps an encoded message: one unknown field with the tag of the first, whose data are all bytes behind that tag. */
export function carry(bytes: Uint8Array): Message {
  const carrier = Object.assign(create(carrierSchema), { kind: { case: undefined } });
  if (bytes.length > 0) {
    const reader = new BinaryReader(bytes);
    const [no, wireType] = reader.tag();
    carrier.$unknown = [{ no, wireType, data: bytes.subarray(reader.pos) }];
  }
  return carrier;
}

/** The bytes of a carrier that was received; undefined when it came as JSON. */
export function carried(message: Message): Uint8Array | undefined {
  const { kind, $unknown = [] } = message as Carrier;
  if (kind?.case !== undefined) return undefined;
  const writer = new BinaryWriter();
  for (const { no, wireType, data } of $unknown) writer.tag(no, wireType).raw(data);
  return writer.finish();
}
