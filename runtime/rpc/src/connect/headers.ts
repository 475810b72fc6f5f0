import { decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { Metadata } from "../metadata.js";

/** Adds metadata to headers: bytes in base64, as gRPC sends them. */
export function addToHeaders(headers: Headers, metadata: Metadata): Headers {
  for (const [key, value] of metadata)
    headers.append(key, typeof value === "string" ? value : encodeBinaryHeader(value));
  return headers;
}

export function fromHeaders(headers: Headers): Metadata {
  const metadata = new Metadata();
  headers.forEach((value, key) => {
    try {
      if (!key.endsWith("-bin")) metadata.append(key, value as never);
      else for (const part of value.split(",")) metadata.append(key, decodeBinaryHeader(part.trim()) as never);
    } catch {
      // A peer that sends what gRPC does not allow has not sent metadata: the call goes on without this value.
    }
  });
  return metadata;
}
