import type { Place } from "@protoloom/envoy";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Problem } from "../problem.js";

/** A value of a file, with its place. */
export interface Located {
  readonly place: Place;
  readonly value: string | number | boolean | null | readonly Located[] | ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: Place;
  readonly node: Located;
}

/** The maximum number of nodes with aliases expanded: a small file can expand to billions. */
const MAX_NODES = 2_000_000;

/** Reads YAML, and JSON, which is a subset. Syntax errors and duplicate keys become problems. */
export function parseYaml(text: string, file: string, problems: Problem[]): Located | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  for (const { pos, message } of document.errors) {
    problems.push(syntax(placeAt(pos[0]), message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? ""));
  }
  if (document.errors.length > 0) return undefined;
  let nodes = 0;

  const convert = (node: Node | null | undefined, place: Place): Located => {
    if (++nodes > MAX_NODES) throw new TooLarge();
    const at = node?.range ? placeAt(node.range[0]) : place;
    if (isAlias(node)) return convert(node.resolve(document), at);
    if (isSeq(node)) return { place: at, value: node.items.map((item) => convert(item as Node, at)) };
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }): [string, Entry] => {
        const keyNode = key as Node;
        const keyPlace = keyNode.range ? placeAt(keyNode.range[0]) : at;
        const name = isScalar(keyNode) ? String(keyNode.value) : "";
        return [name, { key: keyPlace, node: convert(value as Node | null, keyPlace) }];
      });
      return { place: at, value: new Map(entries) };
    }
    const raw = isScalar(node) ? node.value : null;
    return { place: at, value: typeof raw === "bigint" ? Number(raw) : (raw as string | number | boolean | null) };
  };

  try {
    return convert(document.contents as Node | null, `${file}:1:1`);
  } catch (e) {
    if (!(e instanceof TooLarge)) throw e;
    problems.push(syntax(`${file}:1:1`, `more than ${MAX_NODES} values, aliases followed`));
    return undefined;
  }
}

class TooLarge extends Error {}

function syntax(place: Place, text: string): Problem {
  return {
    place,
    check: "syntax",
    text: `not valid YAML: ${text}`,
    why: "The file cannot be read, so nothing that it says is known.",
    fix: "Mend the syntax at this place.",
  };
}

/** A plain value with a single place, such as an option of a proto. */
export function locateAll(value: unknown, place: Place): Located {
  if (Array.isArray(value)) return { place, value: value.map((each) => locateAll(each, place)) };
  if (typeof value !== "object" || value === null) return { place, value: value as string | number | boolean | null };
  const entries = Object.entries(value).map(([key, each]): [string, Entry] => [
    key,
    { key: place, node: locateAll(each, place) },
  ]);
  return { place, value: new Map(entries) };
}
