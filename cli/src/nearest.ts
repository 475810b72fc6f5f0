/** The name that was probably meant: the nearest one, if it differs by at most two letters. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const found = names
    .map((name) => ({ name, distance: distance(typed, name) }))
    .sort((a, b) => a.distance - b.distance);
  return found[0] !== undefined && found[0].distance <= MOST_WRONG ? found[0].name : undefined;
}

const MOST_WRONG = 2;

/** The number of letters to insert, delete or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
