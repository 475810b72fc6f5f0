/** One field as it stands in the bytes. */
export interface WireField {
  readonly number: number;
  readonly wireType: number;
  readonly tag: Uint8Array;
  /** Only a length-delimited value has one. */
  readonly length: Uint8Array | undefined;
  readonly value: Uint8Array;
}

export const VARINT = 0;
export const LENGTH_DELIMITED = 2;

/** Those that this example knows. */
export const wireTypes: Record<number, string> = { [VARINT]: "varint", [LENGTH_DELIMITED]: "length-delimited" };

/** Takes a message apart into its fields, without knowing its schema. */
export function parseFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varintAt(bytes, at);
    const number = decodeVarint(tag) >> 3;
    const wireType = decodeVarint(tag) & 7;
    if (wireTypes[wireType] === undefined) throw new Error(`field ${number} has wire type ${wireType}`);
    at += tag.length;

    const length = wireType === LENGTH_DELIMITED ? varintAt(bytes, at) : undefined;
    at += length?.length ?? 0;

    const value = length ? bytes.subarray(at, at + decodeVarint(length)) : varintAt(bytes, at);
    at += value.length;
    fields.push({ number, wireType, tag, length, value });
  }
  return fields;
}

/** The bytes from here to the first one whose high bit is 0. */
function varintAt(bytes: Uint8Array, start: number): Uint8Array {
  const last = bytes.findIndex((byte, at) => at >= start && byte < 0x80);
  return bytes.subarray(start, last + 1);
}

/** Each byte carries 7 bits of the number, the lowest first. Right for what fits into 31 bits. */
export function decodeVarint(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => (number << 7) | (byte & 0x7f), 0);
}

export function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
