import { decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { Metadata } from "../call/metadata.js";

/** Adds metadata to headers: bytes in base64, as gRPC sends them. */
export function addToHeaders(headers: Headers, metadata: Metadata): Headers {
  for (const [key, value] of metadata) {
    if (typeof value === "string") headers.append(key, value);
    else headers.set(key, joined(headers.get(key), encodeBinaryHeader(value)));
  }
  return headers;
}

/**
 * Without the space that `append` would insert: HTTP/2 drops a header that ends in one, as it would before empty bytes.
 */
function joined(before: string | null, value: string): string {
  return before === null ? value : `${before},${value}`;
}

export function fromHeaders(headers: Headers): Metadata {
  const metadata = new Metadata();
  headers.forEach((value, key) => {
    try {
      if (!key.endsWith("-bin")) metadata.append(key, value as never);
      else for (const part of value.split(",")) metadata.append(key, decodeBinaryHeader(part.trim()) as never);
    } catch {
      // Invalid metadata from a peer is ignored: the call continues without this value.
    }
  });
  return metadata;
}
