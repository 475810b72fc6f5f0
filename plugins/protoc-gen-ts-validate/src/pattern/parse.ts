import { type CharSet, charSet, complement } from "./char-set.js";

/** A pattern of RE2, as far as we understand it. Only whether it matches counts, not how: groups and laziness mean nothing. */
export type Pattern =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Pattern[] }
  | { readonly kind: "repeat"; readonly part: Pattern; readonly least: number; readonly most: number }
  | { readonly kind: "start" | "end" };

/** Parses a pattern that RE2 has accepted. Undefined for what is left to RE2: flags, word boundaries, classes of Unicode. */
export function parsePattern(source: string): Pattern | undefined {
  try {
    return new Parser(source).parse();
  } catch (e) {
    if (e instanceof NotUnderstood) return undefined;
    throw e;
  }
}

class NotUnderstood extends Error {}

// RE2's syntax (https://github.com/google/re2/wiki/Syntax): classes are ASCII, "." is anything but a line feed.
const digit: Range = [48, 57];
const upper: Range = [65, 90];
const lower: Range = [97, 122];
const underscore: Range = [95, 95];
const perl: Readonly<Record<string, CharSet>> = {
  d: charSet(digit),
  w: charSet(digit, upper, underscore, lower),
  s: charSet([9, 10], [12, 13], [32, 32]),
};
const posix: Readonly<Record<string, CharSet>> = {
  alnum: charSet(digit, upper, lower),
  alpha: charSet(upper, lower),
  ascii: charSet([0, 127]),
  blank: charSet([9, 9], [32, 32]),
  cntrl: charSet([0, 31], [127, 127]),
  digit: charSet(digit),
  graph: charSet([33, 126]),
  lower: charSet(lower),
  print: charSet([32, 126]),
  punct: charSet([33, 47], [58, 64], [91, 96], [123, 126]),
  space: charSet([9, 13], [32, 32]),
  upper: charSet(upper),
  word: charSet(digit, upper, underscore, lower),
  xdigit: charSet(digit, [65, 70], [97, 102]),
};
const controls: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };

type Range = readonly [number, number];

class Parser {
  private readonly source: readonly string[];
  private at = 0;

  constructor(source: string) {
    this.source = [...source];
  }

  parse(): Pattern {
    const pattern = this.choice();
    if (this.at < this.source.length) throw new NotUnderstood();
    return pattern;
  }

  private choice(): Pattern {
    const parts = [this.sequence()];
    while (this.take("|")) parts.push(this.sequence());
    return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.at < this.source.length && this.peek() !== "|" && this.peek() !== ")") parts.push(this.quantified());
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  private quantified(): Pattern {
    const part = this.atom();
    const counts = this.quantifier();
    if (counts === undefined) return part;
    this.take("?"); // lazy
    return { kind: "repeat", part, ...counts };
  }

  private quantifier(): { readonly least: number; readonly most: number } | undefined {
    if (this.take("*")) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take("+")) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take("?")) return { least: 0, most: 1 };
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.ahead(12));
    if (counted === null) return undefined; // a brace that is no count means itself
    const [text, least = "", comma, most = ""] = counted;
    this.at += text.length;
    const bound = comma === undefined ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    return { least: Number(least), most: bound };
  }

  private atom(): Pattern {
    const c = this.next();
    if (c === "(") return this.group();
    if (c === "[") return { kind: "set", set: this.characterClass() };
    if (c === ".") return { kind: "set", set: complement(charSet([10, 10])) };
    if (c === "^") return { kind: "start" };
    if (c === "$") return { kind: "end" };
    if ("*+?".includes(c)) throw new NotUnderstood();
    if (c === "\\" && this.take("A")) return { kind: "start" };
    if (c === "\\" && this.take("z")) return { kind: "end" };
    return { kind: "set", set: c === "\\" ? this.escape() : single(c) };
  }

  private group(): Pattern {
    if (this.take("?") && !this.take(":")) {
      const name = /^P?<\w+>/.exec(this.ahead(100));
      if (name === null) throw new NotUnderstood();
      this.at += name[0].length;
    }
    const pattern = this.choice();
    if (!this.take(")")) throw new NotUnderstood();
    return pattern;
  }

  private characterClass(): CharSet {
    const isNegated = this.take("^");
    const ranges: Range[] = [];
    for (let isFirst = true; isFirst || this.peek() !== "]"; isFirst = false) {
      const from = this.classMember();
      if (this.peek() !== "-" || this.source[this.at + 1] === "]") {
        ranges.push(...from);
        continue;
      }
      this.at++;
      const [low, high] = [onlyOne(from), onlyOne(this.classMember())];
      if (low > high) throw new NotUnderstood();
      ranges.push([low, high]);
    }
    this.at++;
    const set = charSet(...ranges);
    return isNegated ? complement(set) : set;
  }

  private classMember(): CharSet {
    const named = /^\[:(\^?)([a-z]+):\]/.exec(this.ahead(16));
    if (named !== null) {
      if (!Object.hasOwn(posix, named[2]!)) throw new NotUnderstood();
      this.at += named[0].length;
      return named[1] === "" ? posix[named[2]!]! : complement(posix[named[2]!]!);
    }
    const c = this.next();
    return c === "\\" ? this.escape() : single(c);
  }

  private escape(): CharSet {
    const c = this.next();
    const small = c.toLowerCase();
    if (Object.hasOwn(perl, small)) return c === small ? perl[small]! : complement(perl[small]!);
    if (Object.hasOwn(controls, c)) return charSet([controls[c]!, controls[c]!]);
    if (c === "x") return this.hex();
    if (/^[!-/:-@[-`{-~]$/.test(c)) return single(c);
    throw new NotUnderstood();
  }

  private hex(): CharSet {
    const found = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(this.ahead(8));
    if (found === null) throw new NotUnderstood();
    this.at += found[0].length;
    const code = Number.parseInt(found[1] ?? found[2]!, 16);
    return charSet([code, code]);
  }

  private ahead(length: number): string {
    return this.source.slice(this.at, this.at + length).join("");
  }

  private peek(): string {
    return this.source[this.at] ?? "";
  }

  private next(): string {
    const c = this.source[this.at++];
    if (c === undefined) throw new NotUnderstood();
    return c;
  }

  private take(c: string): boolean {
    if (this.source[this.at] !== c) return false;
    this.at++;
    return true;
  }
}

function single(c: string): CharSet {
  const code = c.codePointAt(0)!;
  return charSet([code, code]);
}

function onlyOne(set: CharSet): number {
  const [range] = set;
  if (set.length !== 1 || range![0] !== range![1]) throw new NotUnderstood();
  return range![0];
}
