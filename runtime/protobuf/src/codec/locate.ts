import { length, limit, longVarint, next, skip } from "../wire/reader.js";
import { EndGroup, LengthDelimited, StartGroup } from "../wire/wire-type.js";
import { type FieldNames, parseFields } from "./message-info.js";

/**
 * Finds the field at a position of the input, as a path of proto names from the root. Runs after a decode has failed there,
 * and before it is finished, so everything before that position parses.
 */
export function locate(info: FieldNames, at: number, path: string[]): void {
  try {
    walk(0, limit, info, at, path);
  } catch {
    // the field reached so far does not parse
  }
}

/** Walks the fields from p on, and returns the position after an end-group tag; -1 once the path leads to `at`. */
function walk(p: number, end: number, info: FieldNames, at: number, path: string[]): number {
  const fields = parseFields(info);
  const counts: number[] = [];
  while (p < end) {
    const tag = longVarint(p) >>> 0;
    const wire = tag & 7;
    const no = tag >>> 3;
    p = next;
    if (wire === EndGroup) return p;
    if (no === 0) break;
    const field = fields.find(({ number }) => number === no);
    const isItem = field?.repeated && (wire !== LengthDelimited || /[IJKLst]/.test(field.type));
    counts[no] = (counts[no] ?? -1) + 1;
    path.push((field?.name ?? `${no}`) + (isItem ? `[${counts[no]}]` : ""));
    if (wire === StartGroup) {
      p = at < p ? -1 : walk(p, end, field?.message ?? { fields: "", types: undefined }, at, path);
      if (p < 0) break;
    } else if (wire === LengthDelimited && field?.type === "K" && field.mapKey === undefined) {
      p = length(p, end);
      if (at >= next && at < next + p) return walk(next, next + p, field.message!, at, path);
      p += next;
    } else p = skip(tag, p, end, 0);
    if (p > at) break;
    path.pop();
  }
  return -1;
}
