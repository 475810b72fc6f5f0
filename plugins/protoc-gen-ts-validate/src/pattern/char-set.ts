/** A set of characters: ranges of code points, sorted, neither overlapping nor adjacent. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const LAST = 0x10ffff;
const HYPHEN = 45; // it means itself outside of classes

/** The set of all characters of the ranges. */
export function charSet(...ranges: readonly (readonly [number, number])[]): CharSet {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    const previous = merged.at(-1);
    if (previous !== undefined && from <= previous[1] + 1) previous[1] = Math.max(previous[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** All other characters. */
export function complement(set: CharSet): CharSet {
  const others: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) others.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST) others.push([next, LAST]);
  return others;
}

/** Whether a code point is in the set. */
export function contains(set: CharSet, code: number): boolean {
  return set.some(([from, to]) => from <= code && code <= to);
}

/** Whether no character is in both sets. */
export function isDisjoint(a: CharSet, b: CharSet): boolean {
  return a.every(([from, to]) => b.every(([low, high]) => to < low || high < from));
}

/** The set as a character or a class of a regular expression with the flag "u". */
export function classText(set: CharSet): string {
  const [range] = set;
  if (set.length === 1 && range![0] === range![1]) return range![0] === HYPHEN ? "-" : character(range![0]);
  return `[${set.map(([from, to]) => (from === to ? character(from) : `${character(from)}-${character(to)}`)).join("")}]`;
}

function character(code: number): string {
  const text = String.fromCodePoint(code);
  return /^[\w@%&,;:<>=!"'`~# ]$/.test(text) ? text : `\\u{${code.toString(16)}}`;
}
