import { type CharSet, contains } from "./char-set.js";
import type { Pattern } from "./parse.js";

/**
 * A deterministic automaton that tells whether a pattern matches anywhere in a text. State 0 is that it cannot match any more,
 * 1 that it has matched. From `firstAccepting` on, a text that ends in the state is a match.
 */
export interface Automaton {
  /** The first code point of each class of characters, in order, and the class: all others up to the next one belong to it. */
  readonly bounds: readonly (readonly [from: number, index: number])[];
  /** For each state the next one for each class. */
  readonly next: readonly (readonly number[])[];
  readonly firstAccepting: number;
  readonly start: number;
}

/** Patterns that need more are left to RE2. */
const MOST_NODES = 2000;
const MOST_STATES = 400;

/** The automaton of a pattern. Undefined if it is too large to be written into a module. */
export function automatonOf(pattern: Pattern): Automaton | undefined {
  const nodes = new Nodes();
  const end = nodes.add({ kind: "match" });
  const start = nodes.build(pattern, end);
  if (start === undefined) return undefined;
  return determinize(nodes, start, end);
}

/** A node of the nondeterministic automaton (Thompson). */
type NfaNode =
  | { readonly kind: "match" }
  | { readonly kind: "set"; readonly set: CharSet; readonly to: number }
  | { readonly kind: "start" | "end"; readonly to: number }
  | { readonly kind: "fork"; readonly to: number[] };

class Nodes {
  readonly all: NfaNode[] = [];

  add(node: NfaNode): number {
    return this.all.push(node) - 1;
  }

  /** The node from which a pattern leads to another node. Undefined if there are too many. */
  build(pattern: Pattern, to: number): number | undefined {
    if (this.all.length > MOST_NODES) return undefined;
    switch (pattern.kind) {
      case "set":
        return this.add({ kind: "set", set: pattern.set, to });
      case "start":
      case "end":
        return this.add({ kind: pattern.kind, to });
      case "sequence":
        return this.sequence(pattern.parts, to);
      case "choice":
        return this.fork(pattern.parts.map((part) => this.build(part, to)));
      case "repeat":
        return this.repeat(pattern, to);
    }
  }

  private sequence(parts: readonly Pattern[], to: number): number | undefined {
    let next: number | undefined = to;
    for (const part of [...parts].reverse()) {
      if (next === undefined) return undefined;
      next = this.build(part, next);
    }
    return next;
  }

  private repeat({ part, least, most }: Pattern & { kind: "repeat" }, to: number): number | undefined {
    let next: number | undefined = to;
    if (most === Number.POSITIVE_INFINITY) {
      const loop: number[] = [to];
      next = this.add({ kind: "fork", to: loop });
      const again = this.build(part, next);
      if (again === undefined) return undefined;
      loop.push(again);
    } else {
      for (let i = least; i < most; i++) {
        const more: number | undefined = next === undefined ? undefined : this.build(part, next);
        next = this.fork([more, to]);
      }
    }
    for (let i = 0; i < least && next !== undefined; i++) next = this.build(part, next);
    return next;
  }

  private fork(to: readonly (number | undefined)[]): number | undefined {
    return to.includes(undefined) ? undefined : this.add({ kind: "fork", to: to as number[] });
  }
}

/** The subset construction. A match anywhere counts, so every character may be the first one of a match. */
function determinize(nodes: Nodes, start: number, end: number): Automaton | undefined {
  const { samples, bounds } = classesOf(nodes.all);
  const initial = closure(nodes, [start], true, false);
  const later = closure(nodes, [start], false, false);
  const states: State[] = [
    { members: [], next: samples.map(() => 0), accepts: false },
    { members: [], next: samples.map(() => 1), accepts: true },
  ];
  const known = new Map<string, number>();
  const stateOf = (members: readonly number[], isStart: boolean): number => {
    if (members.includes(end)) return 1;
    if (members.length === 0) return 0;
    const key = `${isStart} ${members.join(" ")}`;
    let index = known.get(key);
    if (index === undefined) {
      const accepts = closure(nodes, members, isStart, true).includes(end);
      index = states.push({ members, next: [], accepts }) - 1;
      known.set(key, index);
    }
    return index;
  };
  const first = stateOf(initial, true);
  for (let i = 2; i < states.length; i++) {
    if (states.length > MOST_STATES) return undefined;
    const { members } = states[i]!;
    states[i]!.next = samples.map((sample) => {
      const reached = members.flatMap((index) => {
        const node = nodes.all[index]!;
        return node.kind === "set" && contains(node.set, sample) ? [node.to] : [];
      });
      return stateOf(merge(closure(nodes, reached, false, false), later), false);
    });
  }
  return minimized(states, first, bounds);
}

interface State {
  readonly members: readonly number[];
  next: readonly number[];
  readonly accepts: boolean;
}

/** The nodes that are reached without a character: those that wait for one, and the end. */
function closure(nodes: Nodes, from: readonly number[], atStart: boolean, atEnd: boolean): readonly number[] {
  const seen = new Set<number>();
  const found: number[] = [];
  const visit = [...from];
  for (let index = visit.pop(); index !== undefined; index = visit.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const node = nodes.all[index]!;
    if (node.kind === "fork") visit.push(...node.to);
    else if (node.kind === "start") {
      if (atStart) visit.push(node.to);
    } else {
      if (node.kind === "end" && atEnd) visit.push(node.to);
      found.push(index);
    }
  }
  return found.sort((a, b) => a - b);
}

function merge(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

/** Characters that no set tells apart are one class. */
function classesOf(nodes: readonly NfaNode[]): { samples: number[]; bounds: [number, number][] } {
  const sets = nodes.flatMap((node) => (node.kind === "set" ? [node.set] : []));
  const starts = new Set([0]);
  for (const [from, to] of sets.flat()) starts.add(from).add(to + 1);
  const classes = new Map<string, number>();
  const samples: number[] = [];
  const bounds: [number, number][] = [];
  for (const start of [...starts].filter((code) => code <= 0x10ffff).sort((a, b) => a - b)) {
    const signature = sets.map((set) => (contains(set, start) ? "1" : "0")).join("");
    let index = classes.get(signature);
    if (index === undefined) {
      index = samples.push(start) - 1;
      classes.set(signature, index);
    }
    if (bounds.at(-1)?.[1] !== index) bounds.push([start, index]);
  }
  return { samples, bounds };
}

/** Joins states that nothing tells apart (Moore), and puts them in the order that an Automaton has. */
function minimized(states: readonly State[], first: number, bounds: Automaton["bounds"]): Automaton {
  let group: number[] = states.map(({ accepts }, i) => (i === 1 ? 2 : accepts ? 1 : 0));
  for (let count = 0; ; ) {
    const signatures = new Map<string, number>();
    const refined = states.map(({ next }, i) => {
      const signature = `${group[i]} ${next.map((to) => group[to]).join(" ")}`;
      if (!signatures.has(signature)) signatures.set(signature, signatures.size);
      return signatures.get(signature)!;
    });
    if (signatures.size === count) break;
    count = signatures.size;
    group = refined;
  }
  const representatives = [...new Set(group)].map((each) => group.indexOf(each));
  const fixed = [group[0], group[1], group[first]];
  const others = representatives.filter((i) => !fixed.includes(group[i]));
  const start = group[first] === group[0] || group[first] === group[1] ? [] : [first];
  const rejecting = [...start, ...others].filter((i) => !states[i]!.accepts);
  const accepting = [...start, ...others].filter((i) => states[i]!.accepts);
  return numbered(states, group, [0, 1, ...rejecting, ...accepting], bounds, 2 + rejecting.length, first);
}

function numbered(
  states: readonly State[],
  group: readonly number[],
  order: readonly number[],
  bounds: Automaton["bounds"],
  firstAccepting: number,
  first: number,
): Automaton {
  const number = new Map(order.map((state, i) => [group[state]!, i]));
  const next = order.map((state) => states[state]!.next.map((to) => number.get(group[to]!)!));
  return { bounds, next, firstAccepting, start: number.get(group[first]!)! };
}
