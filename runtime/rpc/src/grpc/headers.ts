import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { FinalStatus } from "../call/final-status.js";
import { Metadata } from "../call/metadata.js";

/** Headers that belong to HTTP/2 or gRPC; applications neither see nor set them. */
const RESERVED = new Set([
  ...[
    "te",
    "content-type",
    "content-length",
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
  ],
  ...["http2-settings", "accept-encoding", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding"],
  ...["grpc-status", "grpc-message"],
]);

export function fromHeaders(headers: IncomingHttpHeaders): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of customHeaders(headers)) {
    try {
      if (!key.endsWith("-bin")) metadata.append(key, value as never);
      else for (const part of value.split(",")) metadata.append(key, fromBase64(part) as never);
    } catch {
      // Invalid metadata from a peer is ignored: the call continues without this value.
    }
  }
  return metadata;
}

export function toHeaders(metadata: Metadata): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = Object.create(null); // a key may be "constructor" or "__proto__"
  for (const [key, value] of metadata) {
    if (RESERVED.has(key)) continue;
    headers[key] ??= [];
    headers[key].push(typeof value === "string" ? value : toBase64(value));
  }
  return headers;
}

export function toTrailers({ code, text, trailers }: FinalStatus): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = trailers.size === 0 ? {} : toHeaders(trailers);
  headers["grpc-status"] = String(code);
  if (text !== "") headers["grpc-message"] = percentEncode(text);
  return headers;
}

/** The size of metadata for a limit: 32 bytes per field plus its name and value (RFC 9113, section 10.5.1). */
export function metadataSize(headers: IncomingHttpHeaders): number {
  let size = 0;
  for (const [key, value] of customHeaders(headers)) size += key.length + value.length + 32;
  return size;
}

const MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout` in milliseconds; NaN if it is malformed. */
export function timeoutOf(headers: IncomingHttpHeaders): number | undefined {
  const text = headers["grpc-timeout"];
  if (text === undefined) return undefined;
  const [, value, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(text)) ?? [];
  return unit === undefined ? Number.NaN : Number(value) * MILLISECONDS[unit]!;
}

function* customHeaders(headers: IncomingHttpHeaders): Generator<[key: string, value: string]> {
  for (const [key, value] of Object.entries(headers)) {
    if (value === undefined || key.startsWith(":") || RESERVED.has(key)) continue;
    for (const each of Array.isArray(value) ? value : [value]) yield [key, each];
  }
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.trim(), "base64"));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length).toString("base64");
}

const utf8 = new TextEncoder();

/**
 * Percent-encodes text for a header (gRPC over HTTP/2, "Status-Message"), including spaces, which HTTP/2 forbids at the
 * ends.
 */
function percentEncode(text: string): string {
  if (/^(?! )[ -$&-~]*(?<! )$/.test(text)) return text;
  const isPlain = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x25;
  const encode = (byte: number): string =>
    isPlain(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return Array.from(utf8.encode(text), encode).join("");
}
