import { passes } from "./compare.mjs";
import { formatTable } from "./table.mjs";

/**
 * The results as text: a table for each operation, incorrect libraries, and missed bars. `load` is the number of runnable
 * processes per processor.
 */
export function formatSpeed(rows, { operations, plan, seconds, load }) {
  const tables = operations.map(({ name, title }) =>
    formatOperation(
      title,
      rows.filter((row) => row.operation === name),
    ),
  );
  return [
    ...tables,
    `Operations per CPU-second and ratios: medians of ${plan.turns} turns, averaged over ${plan.processes} processes; in brackets those of the slowest and the fastest process.`,
    ...wrongLines(rows),
    ...summary(rows),
    `${seconds} s${load > 1.2 ? `; noisy: ${load.toFixed(1)} processes wanted each processor` : ""}`,
  ].join("\n");
}

/** The ratios of several engines side by side: to the peers that a bar names, or to the fastest. */
export function formatEngines(results, { operations }) {
  const tables = operations.map(({ name, title }) => {
    const rowsOf = results.map(({ rows }) => rows.filter((row) => row.operation === name));
    const head = ["workload", "process", ...results.map(({ engine }) => engine), "bar"];
    const lines = rowsOf[0].map((row, i) => [
      row.workload,
      row.kind,
      ...rowsOf.map((rows) => ratiosOf(rows[i])),
      [...new Set(row.bars.map(({ bar }) => bar.toFixed(1)))].join(", "),
    ]);
    return `${title}, our ratio\n${formatTable([head, ...lines], 2)}\n`;
  });
  return tables.join("\n");
}

function ratiosOf({ bars, fastest }) {
  const cells = bars.length === 0 ? (fastest ? [fastest] : []) : bars;
  return cells
    .map((cell) => `${cell.ratio.toFixed(2)} ${cell.library}${"bar" in cell && !passes(cell) ? " ✗" : ""}`)
    .join(", ");
}

function formatOperation(title, rows) {
  const names = rows[0].rates.map(({ library }) => library);
  const saved = rows[0].saved.map(({ library }) => `to ${library}`);
  const head = ["workload", "process", ...names, "ratio to the fastest", ...saved, "bar", ""];
  return `${title}\n${formatTable([head, ...rows.map(cellsOf)], 2)}\n`;
}

function cellsOf({ workload, kind, rates, fastest, saved, bars }) {
  return [
    workload,
    kind,
    ...rates.map(({ rate, wrong }) => `${formatRate(rate)}${wrong ? "!" : ""}`),
    fastest ? `${formatRatio(fastest)} ${fastest.library}` : "-",
    ...saved.map(formatRatio),
    bars.map(formatBar).join(", "),
    bars.length === 0 ? "" : bars.every(passes) ? "✓" : "✗",
  ];
}

/** A bar against the fastest needs only its number, since the ratio is next to it. */
function formatBar(bar, _index, bars) {
  return bars.length === 1
    ? `≥ ${bar.bar.toFixed(1)}`
    : `${bar.library} ${bar.ratio.toFixed(2)} ≥ ${bar.bar.toFixed(1)}`;
}

const formatRatio = ({ ratio, low, high }) => `${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

function formatRate(rate) {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(2)}M`;
  if (rate >= 1e3) return `${(rate / 1e3).toPrecision(3)}k`;
  return rate.toPrecision(3);
}

function wrongLines(rows) {
  const lines = rows.flatMap(({ workload, operation, rates }) =>
    rates
      .filter(({ wrong }) => wrong)
      .map(({ library, wrong }) => `! ${library} is wrong at ${workload} ${operation}: ${wrong}`),
  );
  return [...new Set(lines)];
}

function summary(rows) {
  const bars = rows.flatMap((row) => row.bars.map((bar) => ({ ...row, ...bar })));
  const below = bars.filter((bar) => !passes(bar));
  return [
    `${bars.length - below.length} of ${bars.length} bars hold${below.length > 0 ? "; below:" : ""}`,
    ...below.map(
      ({ workload, operation, kind, library, bar, lowest, ratio, low, high }) =>
        `  ${workload} ${operation} ${kind}: ${formatRatio({ ratio, low, high })} of ${library}, bar ${bar.toFixed(1)}${lowest > 0 ? `, each process ${lowest}` : ""}`,
    ),
  ];
}
