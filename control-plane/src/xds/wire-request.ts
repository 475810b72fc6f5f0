import { Node } from "@protoloom/envoy/gen/envoy/config/core/v3/base_pb";
import { Status } from "@protoloom/rpc/google/rpc/status";

/** A DiscoveryRequest. Its names are decoded only if they differ from those of the last request. */
export interface WireRequest {
  readonly version: string;
  readonly node: Node | undefined;
  readonly typeUrl: string;
  readonly nonce: string;
  readonly error: string | undefined;
  /** The encoded fields of `resource_names`, concatenated. */
  readonly names: Uint8Array;
}

/** Field numbers of DiscoveryRequest (envoy/service/discovery/v3/discovery.proto). */
const VERSION = 1;
const NODE = 2;
const NAMES = 3;
const TYPE_URL = 4;
const NONCE = 5;
const ERROR = 6;

const utf8 = new TextDecoder();

/**
 * Reads a DiscoveryRequest. An ACK repeats all names, and decoding a thousand of them costs more than everything else in a
 * change, so they stay encoded. Throws if the bytes are not a message.
 */
export function readRequest(bytes: Uint8Array): WireRequest {
  const found = {
    version: "",
    node: undefined as Node | undefined,
    typeUrl: "",
    nonce: "",
    error: undefined as string | undefined,
  };
  const names: Uint8Array[] = [];
  let [from, to] = [0, 0]; // the names are adjacent in nearly every message, so there is nearly always one run
  for (const { no, start, bodyStart, end } of fieldsOf(bytes)) {
    if (no === NAMES) {
      if (start !== to) {
        if (to > 0) names.push(bytes.subarray(from, to));
        from = start;
      }
      to = end;
      continue;
    }
    const body = (): Uint8Array => bytes.subarray(bodyStart, end);
    if (no === VERSION) found.version = utf8.decode(body());
    else if (no === NODE) found.node = Node.fromBinary(body().slice());
    else if (no === TYPE_URL) found.typeUrl = utf8.decode(body());
    else if (no === NONCE) found.nonce = utf8.decode(body());
    else if (no === ERROR) found.error = Status.fromBinary(body().slice()).message || "no reason given";
  }
  if (to > 0) names.push(bytes.subarray(from, to));
  return { ...found, names: joined(names) };
}

/** The names in a run of encoded fields. */
export function readNames(encoded: Uint8Array): Set<string> {
  const names = new Set<string>();
  for (const { bodyStart, end } of fieldsOf(encoded)) names.add(utf8.decode(encoded.subarray(bodyStart, end)));
  return names;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

function joined(runs: readonly Uint8Array[]): Uint8Array {
  return runs.length === 1 ? runs[0]! : Buffer.concat(runs);
}

interface Field {
  readonly no: number;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

/** The length-delimited fields of a message. Other fields are skipped (protobuf, "Message Structure"). */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length && scale <= MAX_SCALE; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError("malformed discovery request: a varint does not end");
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) {
      varint();
      continue;
    }
    const length = wireType === 2 ? varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : Number.NaN;
    const end = at + length;
    if (!(end <= bytes.length)) throw new RangeError("malformed discovery request: a field does not end");
    if (wireType === 2) yield { no: Math.floor(tag / 8), start, bodyStart: at, end };
    at = end;
  }
}

/** The tenth byte of a varint. */
const MAX_SCALE = 2 ** 63;
