import { gzipSync } from "node:zlib";
import { encodeSet, type Image } from "./image.js";

const GZIP_OS = 9;
const UNKNOWN_OS = 255;

/** An image to commit: without source info, and identical on every system. */
export function lockImage(image: Image): Uint8Array {
  const zipped = gzipSync(encodeSet(image.files.map(({ content }) => content)), { level: 9 });
  zipped[GZIP_OS] = UNKNOWN_OS;
  return zipped;
}
