// The wire types one by one are for this package: bundlers keep no more than their numbers.
export const Varint = 0;
export const Bit64 = 1;
export const LengthDelimited = 2;
export const StartGroup = 3;
export const EndGroup = 4;
export const Bit32 = 5;

/**
 * Wire types, the lower three bits of a tag.
 * https://protobuf.dev/programming-guides/encoding/#structure
 */
export const WireType = {
  Varint: Varint as typeof Varint,
  Bit64: Bit64 as typeof Bit64,
  LengthDelimited: LengthDelimited as typeof LengthDelimited,
  StartGroup: StartGroup as typeof StartGroup,
  EndGroup: EndGroup as typeof EndGroup,
  Bit32: Bit32 as typeof Bit32,
} as const;

export type WireType = (typeof WireType)[keyof typeof WireType];

/**
 * A field that is not in the schema, or an extension: its number, its wire type, and the bytes after the tag. For a
 * group, these include the end-group tag.
 */
export interface UnknownField {
  /** The field number. */
  readonly no: number;
  /** The wire type it was read with. */
  readonly wireType: WireType;
  /** The bytes after the tag, length prefix included. */
  readonly data: Uint8Array;
}
