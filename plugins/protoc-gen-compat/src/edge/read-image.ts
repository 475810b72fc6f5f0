import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { JsonValue } from "@bufbuild/protobuf";
import { type Image, parseImage, parseJsonImage } from "../baseline/image.js";
import { isLock, parseLock } from "../baseline/lock.js";
import { InputError } from "../input-error.js";

/**
 * Reads a descriptor set or buf image (binary or JSON, optionally gzipped) or a lock file, detected by content. `isImport` says
 * it of files that an image does not mark. Throws InputError.
 */
export function readImage(path: string, name: string = path, isImport?: (file: string) => boolean): Image {
  const plain = unzipped(readBytes(path), name);
  if (isLock(plain)) return parseLock(new TextDecoder().decode(plain), name);
  return isJson(plain) ? parseJsonImage(jsonOf(plain, name), name) : parseImage(plain, name, isImport);
}

/** Bounded, so that a small file cannot exhaust memory. */
const maxOutputLength = 1 << 30;

function unzipped(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (e) {
    throw new InputError(`cannot unzip image ${name}: ${(e as Error).message}`);
  }
}

function jsonOf(bytes: Uint8Array, name: string): JsonValue {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  } catch (e) {
    throw new InputError(`cannot read image ${name}: ${(e as Error).message.split("\n")[0]}`);
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (e) {
    throw new InputError(`cannot read ${path}: ${(e as NodeJS.ErrnoException).code ?? (e as Error).message}`);
  }
}

/** A binary descriptor set begins with the tag of field 1, 0x0a. That is a line break, with which JSON may begin too. */
function isJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return bytes[0] === 0x7b || (bytes[0] !== 0x0a && first === 0x7b);
}
