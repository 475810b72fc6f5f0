import type { ErrorDetail } from "./error-detail.js";
import type { FinalStatus } from "./final-status.js";
import type { Metadata } from "./metadata.js";

/** The trailer that carries the details as a google.rpc.Status (gRPC, "Richer error model"). */
const DETAILS_KEY = "grpc-status-details-bin";

// The two messages are written and read here: their classes, with all of JSON, are 6 KB of each client in a bundle.
// google.rpc.Status: `int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3`.
// google.protobuf.Any: `string type_url = 1; bytes value = 2`.

/** Adds the details of a status to its trailers, where gRPC sends them. */
export function writeDetails({ code, text, details, trailers }: FinalStatus): void {
  if (details.length === 0) return;
  const bytes: number[] = [1 << 3, code];
  writeField(bytes, 2, new TextEncoder().encode(text));
  for (const { typeUrl, value } of details) {
    const any: number[] = [];
    writeField(any, 1, new TextEncoder().encode(typeUrl));
    writeField(any, 2, value);
    writeField(bytes, 3, any);
  }
  trailers.set(DETAILS_KEY, Uint8Array.from(bytes));
}

/** Details that do not decode must not hide the status that they belong to. */
export function readDetails(trailers: Metadata): readonly ErrorDetail[] {
  const bytes = trailers.get(DETAILS_KEY);
  if (bytes === undefined) return [];
  try {
    return fieldsOf(bytes, 3).map((any) => ({
      typeUrl: new TextDecoder("utf-8", { fatal: true }).decode(fieldsOf(any, 1).at(-1)),
      value: fieldsOf(any, 2).at(-1) ?? new Uint8Array(),
    }));
  } catch {
    return [];
  }
}

/** Appends a length-delimited field. */
function writeField(target: number[], number: number, bytes: ArrayLike<number>): void {
  let length = bytes.length;
  target.push((number << 3) | 2);
  for (; length > 127; length >>>= 7) target.push((length & 127) | 128);
  target.push(length);
  for (let i = 0; i < bytes.length; i++) target.push(bytes[i]!);
}

/** The values of a length-delimited field. Throws RangeError for what is not a message. */
function fieldsOf(bytes: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  const varint = (): number => {
    for (let value = 0, unit = 1; at < bytes.length; unit *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
    throw new RangeError("malformed message");
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag % 8;
    const size = type === 1 ? 8 : type === 5 ? 4 : varint();
    if (type === 0) continue;
    if (type === 2 && tag === number * 8 + 2) found.push(bytes.subarray(at, at + size));
    at += size;
    if (at > bytes.length || type === 3 || type === 4) throw new RangeError("malformed message");
  }
  return found;
}
