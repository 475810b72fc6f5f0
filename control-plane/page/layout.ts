import type { MapNodeJson, ResourceMapJson } from "../src/gen/protoloom/admin/v1/admin_pb.js";

export const columns = ["listener", "route", "cluster", "endpoint"] as const;

export interface PlacedNode {
  readonly index: number;
  readonly node: MapNodeJson;
  readonly column: number;
  /** The position in the column, from the top. */
  row: number;
  readonly to: readonly number[];
  readonly from: readonly number[];
}

const SWEEPS = 4;

/**
 * Places each type in a column of its own. A node stands at the mean of its neighbors in the column before, then in the one
 * behind, in turns, so that few lines cross.
 */
export function placed({ nodes = [], edges = [] }: ResourceMapJson): PlacedNode[] {
  const all = nodes.map((node, index): PlacedNode => {
    const column = columns.indexOf(node.type as (typeof columns)[number]);
    const to = edges.filter(({ from = 0 }) => from === index).map(({ to = 0 }) => to);
    const from = edges.filter(({ to = 0 }) => to === index).map(({ from = 0 }) => from);
    return { index, node, column, row: 0, to, from };
  });
  const byColumn = columns.map((_, column) => all.filter((each) => each.column === column));
  for (const column of byColumn) arrange(column);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? byColumn : [...byColumn].reverse()) {
      const mean = ({ to, from, row }: PlacedNode): number => {
        const near = isForward ? from : to;
        return near.length === 0 ? row : near.reduce((sum, each) => sum + all[each]!.row, 0) / near.length;
      };
      const means = new Map(column.map((each) => [each, mean(each)]));
      arrange(column.sort((a, b) => means.get(a)! - means.get(b)! || a.row - b.row));
    }
  }
  return all;
}

function arrange(column: readonly PlacedNode[]): void {
  for (const [row, node] of column.entries()) node.row = row;
}

/** All nodes before and behind a node, itself included. */
export function wayThrough(all: readonly PlacedNode[], start: number): ReadonlySet<number> {
  const reach = (direction: "to" | "from"): Set<number> => {
    const found = new Set([start]);
    for (const each of found) for (const next of all[each]?.[direction] ?? []) found.add(next);
    return found;
  };
  return new Set([...reach("to"), ...reach("from")]);
}
