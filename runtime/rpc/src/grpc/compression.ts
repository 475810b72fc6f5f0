import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate } from "node:zlib";
import { Code } from "../call/code.js";
import type { Method } from "../call/method.js";
import { localError } from "../call/status-error.js";
import type { Compression } from "../transport/listener.js";

interface Coding {
  compress(bytes: Uint8Array): Promise<Buffer>;
  decompress(bytes: Uint8Array, options: { maxOutputLength: number }): Promise<Buffer>;
}

/** The algorithms, preferred first (gRPC, "Compression", where `deflate` means the zlib format). */
const codings: Readonly<Record<Compression, Coding>> = {
  gzip: { compress: promisify<Uint8Array, Buffer>(gzip), decompress: promisify(gunzip) },
  deflate: { compress: promisify<Uint8Array, Buffer>(deflate), decompress: promisify(inflate) },
};

export const ACCEPTED_ENCODINGS: string = ["identity", ...Object.keys(codings)].join(",");

/** Whether messages with this encoding can be decompressed. */
export function isSupported(encoding: string): boolean {
  return encoding === "identity" || Object.hasOwn(codings, encoding);
}

/** Chooses an algorithm from the peer's `grpc-accept-encoding`: the wanted one, or another that both sides support. */
export function chooseCompression(accepted: string | undefined, wanted: Compression = "gzip"): Compression | undefined {
  const theirs = new Set(accepted?.split(",").map((name) => name.trim()));
  return ([wanted, ...Object.keys(codings)] as Compression[]).find((name) => theirs.has(name));
}

export function compress(bytes: Uint8Array, algorithm: Compression): Promise<Buffer> {
  return codings[algorithm].compress(bytes);
}

/** Throws StatusError. Stops at the limit, so that a few bytes cannot become gigabytes. `what` names the message. */
export async function decompress(
  { path }: Method,
  what: string,
  bytes: Uint8Array,
  encoding: string,
  maxBytes: number,
): Promise<Uint8Array> {
  if (encoding === "identity") {
    const text = "malformed message: it is marked as compressed, and grpc-encoding is not set";
    throw localError(path, Code.Internal, text);
  }
  try {
    return await codings[encoding as Compression].decompress(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      const text = `${what} of more bytes than the limit of ${maxBytes}, decompressed`;
      throw localError(path, Code.ResourceExhausted, text);
    }
    throw localError(path, Code.Internal, `malformed message: it is not ${encoding}: ${(e as Error).message}`);
  }
}
