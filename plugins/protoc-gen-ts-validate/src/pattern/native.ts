import { type CharSet, classText, isDisjoint } from "./char-set.js";
import type { Pattern } from "./parse.js";

/**
 * The expression of JavaScript, with the flag "u", that means the same as a pattern and cannot backtrack far. Undefined where
 * that is not proven here.
 *
 * A pattern passes if every character leaves only one way on: its position automaton (Glushkov) is deterministic, no two
 * operators repeat the same step, and nothing that may be empty is optional or repeated. Without "^", it is tried from every
 * character, so that it must not repeat without bounds.
 */
export function nativePattern(pattern: Pattern): string | undefined {
  const parts = pattern.kind === "sequence" ? [...pattern.parts] : [pattern];
  const isAnchored = parts[0]?.kind === "start" && parts.shift() !== undefined;
  const hasEnd = parts.at(-1)?.kind === "end" && parts.pop() !== undefined;
  try {
    const positions = new Positions();
    const whole = positions.ofSequence(parts);
    if (!positions.areDeterministic(whole) || (!isAnchored && positions.isUnbounded)) return undefined;
    const isChoice = parts.length === 1 && parts[0]!.kind === "choice";
    const inner = isChoice && (isAnchored || hasEnd) ? `(?:${whole.text})` : whole.text;
    return `${isAnchored ? "^" : ""}${inner}${hasEnd ? "$" : ""}`;
  } catch (e) {
    if (e instanceof Unproven) return undefined;
    throw e;
  }
}

class Unproven extends Error {}

/** A part of a pattern: its text in JavaScript, and the positions that it begins and ends with. */
interface Part {
  readonly text: string;
  readonly isNullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** The positions of characters in a pattern. */
class Positions {
  isUnbounded = false;
  private readonly sets: CharSet[] = [];
  /** The positions after each position. */
  private readonly follow: Set<number>[] = [];

  ofSequence(parts: readonly Pattern[]): Part {
    return parts.reduce<Part>((whole, part) => this.join(whole, this.of(part)), {
      text: "",
      isNullable: true,
      first: [],
      last: [],
    });
  }

  areDeterministic({ first }: Part): boolean {
    return [first, ...this.follow].every((positions) => areDisjoint([...positions].map((p) => this.sets[p]!)));
  }

  private of(pattern: Pattern): Part {
    switch (pattern.kind) {
      case "set": {
        const index = this.sets.push(pattern.set) - 1;
        this.follow.push(new Set());
        return { text: classText(pattern.set), isNullable: false, first: [index], last: [index] };
      }
      case "sequence":
        return grouped(this.ofSequence(pattern.parts));
      case "choice":
        return grouped(this.choice(pattern.parts.map((part) => this.of(part))));
      case "repeat":
        return this.repeat(this.of(pattern.part), pattern.least, pattern.most);
      default:
        throw new Unproven();
    }
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

  private choice(parts: readonly Part[]): Part {
    if (parts.filter(({ isNullable }) => isNullable).length > 1) throw new Unproven();
    return {
      text: parts.map(({ text }) => text).join("|"),
      isNullable: parts.some(({ isNullable }) => isNullable),
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
    };
  }

  private repeat(part: Part, least: number, most: number): Part {
    if (part.isNullable || most === 0) throw new Unproven();
    if (most > 1) this.link(part.last, part.first);
    if (most === Number.POSITIVE_INFINITY) this.isUnbounded = true;
    return { ...part, text: part.text + countText(least, most), isNullable: least === 0 };
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
}

function grouped(part: Part): Part {
  return { ...part, text: `(?:${part.text})` };
}

function countText(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? "*" : least === 1 ? "+" : `{${least},}`;
  if (least === 0 && most === 1) return "?";
  return least === most ? `{${least}}` : `{${least},${most}}`;
}

function areDisjoint(sets: readonly CharSet[]): boolean {
  return sets.every((a, i) => sets.slice(i + 1).every((b) => isDisjoint(a, b)));
}
