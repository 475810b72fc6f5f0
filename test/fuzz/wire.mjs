/** Wire types, and the writing of messages that may be wrong in any way. */
export const WIRE = { varint: 0, bit64: 1, length: 2, startGroup: 3, endGroup: 4, bit32: 5 };

/**
 * A record is a tag and what comes after it; a message is a list of records. A record has
 *
 *   number, wire, field (its shape, if the message type knows it) and one payload:
 *   value    a bigint, written as a varint of its low 64 bits
 *   bytes    the bytes of a fixed or length-delimited value
 *   records  a message: length-delimited, or a group, as the wire type says
 *   items    a packed list: records without tags
 *
 * and, where a mutation put it, a defect:
 *
 *   tagPad, lengthPad, valuePad   bytes that make the varint longer than it needs to be
 *   overflow                      bits beyond the 64th, in the tenth byte of the value
 *   length                        a function from the right length to the written one
 *   end                           the number in the end-group tag, or null for none
 *   tail                          bytes that follow the record
 */
export function encodeRecords(records) {
  const sink = new Sink();
  for (const record of records) writeRecord(sink, record);
  return sink.bytes.slice(0, sink.size);
}

class Sink {
  bytes = new Uint8Array(1024);
  size = 0;

  /** Makes room for n more bytes and returns where they start. */
  grow(n) {
    const start = this.size;
    this.size += n;
    if (this.size > this.bytes.length) {
      const bigger = new Uint8Array(2 * this.size);
      bigger.set(this.bytes);
      this.bytes = bigger;
    }
    return start;
  }
}

function writeRecord(sink, record) {
  writeVarint(sink, (BigInt(record.number) << 3n) | BigInt(record.wire), record.tagPad);
  if (record.wire === WIRE.startGroup && record.records) writeGroup(sink, record);
  else if (record.wire === WIRE.length) writeLengthDelimited(sink, record);
  else writePayload(sink, record);
  if (record.tail) writeBytes(sink, record.tail);
}

function writeGroup(sink, record) {
  writePayload(sink, record);
  const end = record.end === undefined ? record.number : record.end;
  if (end !== null) writeVarint(sink, (BigInt(end) << 3n) | BigInt(WIRE.endGroup));
}

function writeLengthDelimited(sink, record) {
  const start = sink.size;
  writePayload(sink, record);
  const body = sink.bytes.slice(start, sink.size);
  sink.size = start;
  const length = BigInt(body.length);
  writeVarint(sink, record.length ? record.length(length) : length, record.lengthPad);
  writeBytes(sink, body);
}

function writePayload(sink, record) {
  if (record.value !== undefined) writeVarint(sink, record.value, record.valuePad, record.overflow);
  if (record.bytes) writeBytes(sink, record.bytes);
  if (record.items) for (const item of record.items) writePayload(sink, item);
  if (record.records) for (const inner of record.records) writeRecord(sink, inner);
}

function writeBytes(sink, bytes) {
  const start = sink.grow(bytes.length);
  sink.bytes.set(bytes, start);
}

/** Writes the low 64 bits as a varint, `pad` bytes longer than needed, with `overflow` added to its tenth byte. */
export function writeVarint(sink, value, pad = 0, overflow = 0) {
  const groups = [];
  let rest = BigInt.asUintN(64, value);
  do {
    groups.push(Number(rest & 127n));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < pad; i++) groups.push(0);
  if (overflow) {
    while (groups.length < 10) groups.push(0);
    groups[9] |= overflow & 127;
  }
  const start = sink.grow(groups.length);
  for (let i = 0; i < groups.length; i++) sink.bytes[start + i] = groups[i] | (i < groups.length - 1 ? 128 : 0);
}
