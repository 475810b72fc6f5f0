// Message fields, encoded separately. A response joins them when it is sent, in any order (protobuf, "Field Order").

const utf8 = new TextEncoder();
const LENGTH_DELIMITED = 2;

/** A string or bytes field: its tag, its length, and its value. */
export function field(no: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? utf8.encode(value) : value;
  const tag = (no << 3) | LENGTH_DELIMITED; // field numbers here are below 16: one byte
  const head = varintSize(bytes.length) + 1;
  const out = new Uint8Array(head + bytes.length);
  out[0] = tag;
  writeVarint(bytes.length, out, 1);
  out.set(bytes, head);
  return out;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) size++;
  return size;
}

function writeVarint(value: number, out: Uint8Array, offset: number): void {
  let rest = value;
  let at = offset;
  for (; rest > 0x7f; rest >>>= 7) out[at++] = (rest & 0x7f) | 0x80;
  out[at] = rest;
}
