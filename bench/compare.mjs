import { barsOf as everyBarOf } from "./bars.mjs";
import { sampleKey } from "./measure.mjs";
import { median } from "./median.mjs";

/**
 * Makes rows of the measurements: the rate of each library, and our ratio to the fastest correct peer and to the peers that a
 * bar names. A ratio is the median over the slices of a turn, then the geometric mean over the processes: the engine may
 * optimize the same code in two ways, and both count.
 */
export function compare({ samples, ours, peers, saved, workloads, operations, kinds, wrong, barsOf = everyBarOf }) {
  return operations.flatMap((operation) =>
    workloads.flatMap((workload) =>
      kinds.map((kind) => {
        const rates = (library) => samples.get(sampleKey(library.name, workload.name, operation.name, kind));
        const isWrong = (library) => wrong[library.name]?.[workload.name]?.[operation.name];
        const correct = peers.filter((peer) => !isWrong(peer)).sort((a, b) => typical(rates(b)) - typical(rates(a)));
        const to = (library) => library && { library: library.name, ...ratioOf(rates(ours), rates(library)) };
        return {
          workload: workload.name,
          operation: operation.name,
          kind,
          rates: [ours, ...peers, ...saved].map((library) => ({
            library: library.name,
            rate: typical(rates(library)),
            wrong: isWrong(library),
          })),
          fastest: to(correct[0]),
          saved: saved.map(to),
          bars: barsOf(workload.name, operation.name).flatMap((bar) => {
            const against = bar.peer ? peers.find(({ name }) => name === bar.peer) : correct[0];
            return against ? [{ ...to(against), bar: bar.ratio, lowest: bar.lowest ?? 0, wrong: isWrong(ours) }] : [];
          }),
        };
      }),
    ),
  );
}

export const passes = ({ ratio, low, bar, lowest, wrong }) => !wrong && ratio >= bar && low >= lowest;

/** `low` and `high` are the ratios of the slowest and the fastest process. */
function ratioOf(ours, theirs) {
  const ratios = ours.map((rates, process) => median(rates.map((rate, turn) => rate / theirs[process][turn])));
  return { ratio: geometricMean(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

const typical = (processes) => geometricMean(processes.map(median));

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
