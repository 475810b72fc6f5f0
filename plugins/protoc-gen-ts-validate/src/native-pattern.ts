import { type CharSet, charSet, classText, complement, isDisjoint } from "./char-set.js";

/**
 * The expression of JavaScript, with the flag "u", that means the same as a pattern of RE2 and cannot backtrack far. Undefined
 * where that is not proven here.
 *
 * A pattern passes if every character leaves only one way on: its position automaton (Glushkov) is deterministic, no two
 * operators repeat the same step, and nothing that may be empty is optional or repeated. Without "^", it is tried from every
 * character, so that it must not repeat without bounds.
 */
export function nativePattern(pattern: string): string | undefined {
  try {
    const parser = new Parser(pattern);
    const whole = parser.parse();
    if (!isDeterministic(whole, parser.sets, parser.follow) || (!parser.isAnchored && parser.isUnbounded))
      return undefined;
    return whole.text;
  } catch (e) {
    if (e instanceof Unproven) return undefined;
    throw e;
  }
}

/** A part of the syntax, or of the meaning, that is left to RE2. */
class Unproven extends Error {}

/** A part of a pattern: its text in JavaScript, and the positions that it begins and ends with. */
interface Part {
  readonly text: string;
  readonly isNullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const empty: Part = { text: "", isNullable: true, first: [], last: [] };

// RE2's syntax (https://github.com/google/re2/wiki/Syntax): Perl classes are ASCII, "." is anything but a line feed.
const perl: Readonly<Record<string, CharSet>> = {
  d: charSet([48, 57]),
  w: charSet([48, 57], [65, 90], [95, 95], [97, 122]),
  s: charSet([9, 10], [12, 13], [32, 32]),
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

class Parser {
  /** The characters of each position. */
  readonly sets: CharSet[] = [];
  /** The positions after each position. */
  readonly follow: Set<number>[] = [];
  isAnchored = false;
  isUnbounded = false;
  private readonly source: readonly string[];
  private at = 0;

  constructor(pattern: string) {
    this.source = [...pattern];
  }

  parse(): Part {
    this.isAnchored = this.take("^");
    const { part, alternatives } = this.alternation();
    const hasEnd = this.take("$");
    if (this.at < this.source.length || (alternatives > 1 && (this.isAnchored || hasEnd))) throw new Unproven();
    return { ...part, text: `${this.isAnchored ? "^" : ""}${part.text}${hasEnd ? "$" : ""}` };
  }

  private alternation(): { readonly part: Part; readonly alternatives: number } {
    const parts = [this.sequence()];
    while (this.take("|")) parts.push(this.sequence());
    if (parts.filter(({ isNullable }) => isNullable).length > 1) throw new Unproven();
    const part = {
      text: parts.map(({ text }) => text).join("|"),
      isNullable: parts.some(({ isNullable }) => isNullable),
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
    };
    return { part, alternatives: parts.length };
  }

  private sequence(): Part {
    let whole = empty;
    while (this.at < this.source.length && !"|)$".includes(this.peek())) whole = this.join(whole, this.quantified());
    return whole;
  }

  private join(a: Part, b: Part): Part {
    this.link(a.last, b.first);
    return {
      text: a.text + b.text,
      isNullable: a.isNullable && b.isNullable,
      first: a.isNullable ? [...a.first, ...b.first] : a.first,
      last: b.isNullable ? [...a.last, ...b.last] : b.last,
    };
  }

  /** Two ways from one position to another would be two ways to match the same text. */
  private link(from: readonly number[], to: readonly number[]): void {
    for (const p of from) {
      for (const q of to) {
        if (this.follow[p]!.has(q)) throw new Unproven();
        this.follow[p]!.add(q);
      }
    }
  }

  private quantified(): Part {
    const part = this.atom();
    const counts = this.quantifier();
    if (counts === undefined) return part;
    const { text, least, most } = counts;
    if (part.isNullable || (this.peek() !== "" && "?+*{".includes(this.peek()))) throw new Unproven();
    if (most > 1) this.link(part.last, part.first);
    if (most === Number.POSITIVE_INFINITY) this.isUnbounded = true;
    return { ...part, text: part.text + text, isNullable: least === 0 };
  }

  private quantifier(): { readonly text: string; readonly least: number; readonly most: number } | undefined {
    if (this.take("*")) return { text: "*", least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take("+")) return { text: "+", least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take("?")) return { text: "?", least: 0, most: 1 };
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.source.slice(this.at, this.at + 12).join(""));
    if (counted === null) return undefined;
    const [text, least = "", comma, most = ""] = counted;
    this.at += text.length;
    const bound = comma === undefined ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    if (bound === 0) throw new Unproven();
    return { text, least: Number(least), most: bound };
  }

  private atom(): Part {
    const c = this.next();
    if (c === "(") return this.group();
    if (c === "[") return this.position(this.characterClass());
    if (c === ".") return this.position(complement(charSet([10, 10])));
    if (c === "\\") return this.position(this.escape());
    if ("*+?^$".includes(c)) throw new Unproven();
    return this.position(single(c));
  }

  private group(): Part {
    if (this.take("?") && !this.take(":")) throw new Unproven();
    const { part } = this.alternation();
    if (!this.take(")")) throw new Unproven();
    return { ...part, text: `(?:${part.text})` };
  }

  private position(set: CharSet): Part {
    const index = this.sets.push(set) - 1;
    this.follow.push(new Set());
    return { text: classText(set), isNullable: false, first: [index], last: [index] };
  }

  private characterClass(): CharSet {
    const isNegated = this.take("^");
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; isFirst || this.peek() !== "]"; isFirst = false) {
      const from = this.classMember();
      if (this.peek() !== "-" || this.source[this.at + 1] === "]") {
        ranges.push(...from);
        continue;
      }
      this.at++;
      const [low, high] = [onlyOne(from), onlyOne(this.classMember())];
      if (low > high) throw new Unproven();
      ranges.push([low, high]);
    }
    this.at++;
    const set = charSet(...ranges);
    return isNegated ? complement(set) : set;
  }

  private classMember(): CharSet {
    const c = this.next();
    if (c === "\\") return this.escape();
    if (c === "[" && this.peek() === ":") throw new Unproven(); // [:alpha:]
    return single(c);
  }

  private escape(): CharSet {
    const c = this.next();
    const lower = c.toLowerCase();
    if (Object.hasOwn(perl, lower)) return c === lower ? perl[lower]! : complement(perl[lower]!);
    if (Object.hasOwn(controls, c)) return charSet([controls[c]!, controls[c]!]);
    if (c === "x") return this.hex();
    if (/^[!-/:-@[-`{-~]$/.test(c)) return single(c);
    throw new Unproven();
  }

  private hex(): CharSet {
    const found = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(this.source.slice(this.at, this.at + 8).join(""));
    if (found === null) throw new Unproven();
    this.at += found[0].length;
    const code = Number.parseInt(found[1] ?? found[2]!, 16);
    if (code > 0x10ffff) throw new Unproven();
    return charSet([code, code]);
  }

  private peek(): string {
    return this.source[this.at] ?? "";
  }

  private next(): string {
    const c = this.source[this.at++];
    if (c === undefined) throw new Unproven();
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
  if (set.length !== 1 || range![0] !== range![1]) throw new Unproven();
  return range![0];
}

function isDeterministic({ first }: Part, sets: readonly CharSet[], follow: readonly ReadonlySet<number>[]): boolean {
  return [first, ...follow].every((positions) => areDisjoint([...positions].map((p) => sets[p]!)));
}

function areDisjoint(sets: readonly CharSet[]): boolean {
  return sets.every((a, i) => sets.slice(i + 1).every((b) => isDisjoint(a, b)));
}
