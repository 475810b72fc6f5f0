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
      // A peer that sends what gRPC does not allow has not sent metadata: the call goes on without this value.
    }
  }
  return metadata;
}

/** Adds metadata to a block: not to the table, and credentials so that no proxy adds them to one. */
export function writeMetadata(encoder: HpackEncoder, metadata: Metadata): void {
  if (metadata.size === 0) return;
  for (const [key, value] of metadata) {
    if (isReserved(key)) continue;
    const text = typeof value === "string" ? value.trim() : toBase64(value);
    if (key === "authorization") encoder.secret(key, text);
    else encoder.field(key, text);
  }
}

/** What metadata counts for a limit: 32 bytes for each field beside its name and value (RFC 9113, section 10.5.1). */
export function sizeOfMetadata(metadata: Metadata): number {
  let size = 0;
  if (metadata.size === 0) return size;
  for (const [key, value] of metadata) {
    const length = typeof value === "string" ? value.length : Math.ceil((value.length * 4) / 3);
    size += key.length + length + FIELD_OVERHEAD;
  }
  return size;
}

/** The same of fields that came. */
export function sizeOfCustomFields({ list }: Fields): number {
  let size = 0;
  for (const field of list) if (!isReserved(field.name)) size += field.size;
  return size;
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.trim(), "base64"));
}

/** Without padding (gRPC over HTTP/2, "Custom-Metadata"). */
function toBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length).toString("base64");
  const padding = text.indexOf("=");
  return padding < 0 ? text : text.slice(0, padding);
}
