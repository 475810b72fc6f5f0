import { gzipSync } from "node:zlib";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Image } from "./image.js";

const SET_FILE = 1;
const GZIP_OS = 9;
const UNKNOWN_OS = 255;

/** An image to commit: without source info, and the same bytes on every system. */
export function lockImage(image: Image): Uint8Array {
  const set = new BinaryWriter();
  for (const { content } of image.files) set.tag(SET_FILE, WireType.LengthDelimited).bytes(content);
  const zipped = gzipSync(set.finish(), { level: 9 });
  zipped[GZIP_OS] = UNKNOWN_OS;
  return zipped;
}
