/**
 * npm run compat:matrix: every kind of change of the corpus, and random pairs of schemas, judged by independent decoders,
 * beside what our rules and those of `buf breaking` say. Fails unless recall and precision are 1 on binary, JSON and RPC in
 * every direction, and unless every witness shows a difference.
 *
 *     node test/compat/matrix/main.mjs [--verbose] [--pairs 2000] [--seed 1 ...] [CASE ...]
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitOnFailure, root } from "../../../scripts/run.mjs";
import { compileCases, corpus, readCases } from "../corpus.mjs";
import { bufFindings } from "./buf.mjs";
import { judge } from "./judge.mjs";
import { limitsOf } from "./limits.mjs";
import { ourFindings } from "./ours.mjs";
import { randomPairs } from "./random/pairs.mjs";
import { count, differences, score, show, surfaces } from "./score.mjs";

const cacheDir = join(root, ".cache/compat");

await exitOnFailure(() => {
  const options = {
    verbose: { type: "boolean", default: false },
    pairs: { type: "string", default: "2000" },
    seed: { type: "string", multiple: true, default: ["1"] },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  mkdirSync(cacheDir, { recursive: true });
  const isChosen = ({ id }) => positionals.length === 0 || positionals.includes(id);
  const wrong = [
    ...compareKinds(readCases().filter(isChosen), values.verbose),
    ...values.seed.flatMap((seed) => {
      const pairs = randomPairs(Number(values.pairs), Number(seed)).filter(isChosen);
      return comparePairs(pairs, seed, positionals.length > 0);
    }),
  ];
  if (wrong.length > 0) throw new Error(`recall and precision are not 1: ${wrong.length} differences`);
});

/** The corpus, in which each case is a kind of change. Returns what is wrong, a line each. */
function compareKinds(cases, verbose) {
  if (cases.length === 0) return [];
  const { truth, note } = judge(cases, corpus.images, { samples: 120 });
  const ours = ourFindings(cases, corpus.images);
  const buf = bufFindings(corpus.bufImages);
  const rows = cases.map(({ id }) => ({ id, truth: truth[id], ours: ours.found[id] ?? {}, buf: buf[id] ?? {} }));
  writeFileSync(join(cacheDir, "matrix.json"), JSON.stringify(rows, undefined, 1));
  console.log(`${note}\n`);
  console.log(
    `${rows.length} kinds of change; how many of the real breaks are found, and how many of the found are real\n`,
  );
  console.log(`${"".padEnd(14)}${"real".padStart(6)}   ${"protoloom check".padEnd(24)}   buf breaking`);
  for (const surface of surfaces) {
    const [mine, theirs] = [score(rows, surface, "ours"), score(rows, surface, "buf")];
    const other = surface === "json-strict" ? "" : show(theirs);
    console.log(`${surface.padEnd(14)}${String(mine.real).padStart(6)}   ${show(mine).padEnd(24)}   ${other}`);
    if (!verbose || surface === "json-strict") continue;
    for (const id of theirs.missed) console.log(`  buf missed: ${id}`);
    for (const id of theirs.wrong) console.log(`  buf not real: ${id}`);
  }
  return report(rows, ours.idle, corpus.images, "matrix.json");
}

/** Random pairs. What the judges themselves cannot tell is counted by its reason. */
function comparePairs(pairs, seed, verbose) {
  if (pairs.length === 0) return [];
  const folder = join(cacheDir, "random");
  rmSync(folder, { recursive: true, force: true });
  compileCases(pairs, folder);
  const images = { before: join(folder, "before.binpb"), after: join(folder, "after.binpb") };
  const { truth, note } = judge(pairs, images, { samples: 24 });
  const ours = ourFindings(pairs, images);
  const rows = pairs.map((pair) => ({ ...pair, truth: truth[pair.id], ours: ours.found[pair.id] ?? {} }));
  writeFileSync(join(cacheDir, "random.json"), JSON.stringify(rows, undefined, 1));
  if (verbose) for (const row of rows) console.log(JSON.stringify(row, undefined, 1).replaceAll("\\n", "\n"));
  console.log(`\n${note}\n\n${pairs.length} random pairs of schemas, seed ${seed}\n`);
  for (const surface of surfaces) {
    const mine = score(rows, surface, "ours");
    console.log(`${surface.padEnd(14)}${String(mine.real).padStart(6)}   ${show(mine)}`);
  }
  return report(rows, ours.idle, images, "random.json");
}

/** Differences that no limit of the judges explains, and witnesses that show none. */
function report(rows, idle, images, file) {
  const all = differences(rows);
  const limits = limitsOf(all, images);
  const explained = new Map();
  const wrong = all.filter((_, i) => {
    if (limits[i] !== undefined) explained.set(limits[i], (explained.get(limits[i]) ?? 0) + 1);
    return limits[i] === undefined;
  });
  const right = count(rows) - all.length;
  console.log(`\nby direction too: ${right} right, ${wrong.length} wrong; details in .cache/compat/${file}`);
  for (const [limit, times] of explained) console.log(`  ${times} beyond the judges: ${limit}`);
  const lines = wrong.map(
    ({ id, surface, direction, is, says }) =>
      `  ${id} ${surface} ${direction}: ${is ? `missed, ${is.why} (${is.data.slice(0, 80)})` : `${says.rule}, which is not real: ${JSON.stringify(says.witness)}`}`,
  );
  const silent = idle.map(
    ({ id, rule, witness }) => `  ${id} ${rule}: a witness without a difference: ${JSON.stringify(witness)}`,
  );
  for (const line of [...lines, ...silent].slice(0, 40)) console.log(line);
  return [...lines, ...silent];
}
