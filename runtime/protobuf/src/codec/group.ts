import { enterGroup, leaveGroup } from "../wire/reader.js";
import type { AnyMessage, Read } from "./message-info.js";

/** Reads a message in the delimited encoding, up to the end tag that matches startTag. The position is in `next`. */
export function readGroup<M extends AnyMessage>(
  read: Read<M>,
  m: M,
  startTag: number,
  p: number,
  end: number,
  d: number,
): M {
  const outer = enterGroup(startTag, d);
  read(m, p, end, d);
  leaveGroup(outer, p - 1);
  return m;
}
