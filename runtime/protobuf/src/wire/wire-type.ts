/**
 * Wire types, the lower three bits of a tag.
 * https://protobuf.dev/programming-guides/encoding/#structure
 */
export const WireType = {
  Varint: 0,
  Bit64: 1,
  LengthDelimited: 2,
  StartGroup: 3,
  EndGroup: 4,
  Bit32: 5,
} as const;

export type WireType = (typeof WireType)[keyof typeof WireType];

/**
 * A field that is not in the schema, or an extension: its number, its wire type, and the bytes after the tag. For a
 * group, these include the end-group tag.
 */
export interface UnknownField {
  readonly no: number;
  readonly wireType: WireType;
  readonly data: Uint8Array;
}
