import type { Direction, Effect, Surface, Verdict, Witness } from "../finding.js";

/** Surfaces on which the same value fails in the same way. They share one witness. */
export interface Group {
  readonly surfaces: readonly Surface[];
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly witness: Witness | undefined;
}

/** The effects grouped for display, in order. */
export function grouped(effects: readonly Effect[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { surface, direction, verdict, witness } of effects) {
    const key = [direction, verdict, surface === "binary", witness?.written, witness && outcome(witness)].join("\n");
    const before = groups.get(key);
    const surfaces = [...(before?.surfaces ?? []), surface];
    groups.set(key, { surfaces, direction, verdict, witness: before?.witness ?? witness });
  }
  return [...groups.values()];
}

/** The outcome without the reader's own wording of a rejection. */
function outcome({ read }: Witness): string {
  return read.startsWith("rejected") ? "rejected" : read;
}
