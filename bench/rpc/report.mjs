import { median } from "../median.mjs";
import { formatTable } from "../table.mjs";

const columns = [
  ["client µs", "client", 1],
  ["server µs", "server", 1],
  ["per s", "rate", 0],
  ["p50 ms", "p50", 2],
  ["p99 ms", "p99", 2],
];

/** The contenders of a case, each with the medians of its rounds. */
export function formatCase({ size, name, rounds }) {
  const rows = Object.entries(rounds).map(([contender, list]) => [
    contender,
    ...columns.map(([, key, digits]) => (key in list[0] ? median(list.map((each) => each[key])).toFixed(digits) : "")),
  ]);
  return formatTable([[`${size}, ${name}`, ...columns.map(([title]) => title)], ...rows]);
}

/** The share of the young generation that survives, in percent. */
export function formatSurvival(rows) {
  const cell = (share) => share?.toFixed(1) ?? "no collection";
  const title = "young generation that survives, 16 in flight";
  return formatTable([
    [title, "client %", "server %"],
    ...rows.map(({ contender, client, server }) => [contender, cell(client), cell(server)]),
  ]);
}

export function formatBars(bars) {
  const rows = bars.map(({ about, case: name, side, ratio, most, holds }) => [
    about,
    name,
    side,
    ratio.toFixed(2),
    `≤ ${most.toFixed(2)}`,
    holds ? "holds" : "DOES NOT HOLD",
  ]);
  return formatTable([["CPU", "case", "side", "ratio", "bar", ""], ...rows], 3);
}
