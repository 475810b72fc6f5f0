import { Metadata } from "../call/metadata.js";
import { isReserved } from "../call/reserved-metadata.js";
import { FIELD_OVERHEAD, type Fields } from "../http2/fields.js";
import type { HpackEncoder } from "../http2/hpack/encoder.js";

export function fromFields(fields: Fields | undefined): Metadata {
  const metadata = new Metadata();
  if (fields === undefined) return metadata;
  for (const { name, value } of fields.list) {
    if (isReserved(name)) continue;
    try {
      if (!name.endsWith("-bin")) metadata.append(name, value as never);
      else for (const part of value.split(",")) metadata.append(name, fromBase64(part) as never);
    } catch {
      // gRPC does not allow this value: the call goes on without it.
    }
  }
  return metadata;
}

/** Adds metadata to a block, outside the table. Proxies must not put credentials into theirs either. */
export function writeMetadata(encoder: HpackEncoder, metadata: Metadata): void {
  if (metadata.size === 0) return;
  for (const [key, value] of metadata) {
    if (isReserved(key)) continue;
    const text = typeof value === "string" ? value.trim() : toBase64(value);
    if (key === "authorization") encoder.secret(key, text);
    else encoder.field(key, text);
  }
}

/** The size of metadata for limits: names, values, and 32 bytes for each field (RFC 9113, section 10.5.1). */
export function sizeOfMetadata(metadata: Metadata): number {
  let size = 0;
  if (metadata.size === 0) return size;
  for (const [key, value] of metadata) {
    const length = typeof value === "string" ? value.length : Math.ceil((value.length * 4) / 3);
    size += key.length + length + FIELD_OVERHEAD;
  }
  return size;
}

/** As `sizeOfMetadata`, for received fields. */
export function sizeOfCustomFields({ list }: Fields): number {
  let size = 0;
  for (const field of list) if (!isReserved(field.name)) size += field.size;
  return size;
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.trim(), "base64"));
}

/** Base64 without padding (gRPC over HTTP/2, "Custom-Metadata"). */
function toBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length).toString("base64");
  const padding = text.indexOf("=");
  return padding < 0 ? text : text.slice(0, padding);
}
