import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate } from "node:zlib";
import { Code } from "../call/code.js";
import { StatusError } from "../call/status-error.js";
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

/** The algorithm for a peer that sent this `grpc-accept-encoding`: the configured one, or another that both support. */
export function chooseCompression(accepted: string | undefined, wanted: Compression = "gzip"): Compression | undefined {
  const theirs = new Set(accepted?.split(",").map((name) => name.trim()));
  return ([wanted, ...Object.keys(codings)] as Compression[]).find((name) => theirs.has(name));
}

export function compress(bytes: Uint8Array, algorithm: Compression): Promise<Buffer> {
  return codings[algorithm].compress(bytes);
}

/** Throws a StatusError. Stops at the limit, so that a few bytes cannot become gigabytes. */
export async function decompress(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  if (encoding === "identity")
    throw new StatusError(Code.Internal, "malformed message: it is marked as compressed, and grpc-encoding is not set");
  if (!Object.hasOwn(codings, encoding))
    throw new StatusError(Code.Unimplemented, `the encoding ${encoding} is not supported: use ${ACCEPTED_ENCODINGS}`);
  try {
    return await codings[encoding as Compression].decompress(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new StatusError(
        Code.ResourceExhausted,
        `request of more bytes than the limit of ${maxBytes}, decompressed`,
      );
    throw new StatusError(Code.Internal, `malformed message: it is not ${encoding}: ${(e as Error).message}`);
  }
}
