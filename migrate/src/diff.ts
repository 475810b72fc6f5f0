/** A line of a difference, with its mark. */
interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

const CONTEXT = 3;

/** The difference of two texts in the unified format. The whole text is new or gone if the other one is undefined. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const lines = compare(linesOf(before), linesOf(after));
  const head = `--- ${before === undefined ? "/dev/null" : `a/${path}`}\n+++ ${after === undefined ? "/dev/null" : `b/${path}`}\n`;
  return head + hunks(lines).join("");
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

/** Common lines at both ends are cheap to find; between them, Myers' algorithm finds the fewest changes. */
function compare(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (text: string): Line => ({ mark: " ", text });
  return [
    ...a.slice(0, start).map(same),
    ...shortest(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

function shortest(a: readonly string[], b: readonly string[]): Line[] {
  const max = a.length + b.length;
  const reach = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let d = 0; d <= max; d++) {
    trace.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(reach, k, d) ? reach.get(k + 1)! : reach.get(k - 1)! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace);
    }
  }
  return [];
}

function isDown(reach: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly ReadonlyMap<number, number>[]): Line[] {
  const lines: Line[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d]!;
    const k = x - y;
    const from = isDown(reach, k, d) ? k + 1 : k - 1;
    const fromX = reach.get(from)!;
    while (x > Math.max(fromX, 0) && y > Math.max(fromX - from, 0) && d >= 0) {
      if (a[x - 1] !== b[y - 1]) break;
      lines.push({ mark: " ", text: a[--x]! });
      y--;
    }
    if (d === 0) break;
    if (from === k + 1) lines.push({ mark: "+", text: b[--y]! });
    else lines.push({ mark: "-", text: a[--x]! });
  }
  return lines.reverse();
}

function hunks(lines: readonly Line[]): string[] {
  const found: string[] = [];
  let old = 1;
  let next = 1;
  const starts = lines.map(({ mark }) => {
    const at = { old, next };
    if (mark !== "+") old++;
    if (mark !== "-") next++;
    return at;
  });
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]!.mark === " ") continue;
    const from = Math.max(0, i - CONTEXT);
    let last = i;
    for (let j = i; j < lines.length && j - last <= 2 * CONTEXT; j++) if (lines[j]!.mark !== " ") last = j;
    const part = lines.slice(from, Math.min(lines.length, last + CONTEXT + 1));
    const counts = {
      old: part.filter(({ mark }) => mark !== "+").length,
      next: part.filter(({ mark }) => mark !== "-").length,
    };
    const at = starts[from]!;
    const head = `@@ -${range(at.old, counts.old)} +${range(at.next, counts.next)} @@\n`;
    found.push(head + part.map(({ mark, text }) => `${mark}${text}\n`).join(""));
    i = from + part.length - 1;
  }
  return found;
}

function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? String(start) : `${start},${count}`;
}
