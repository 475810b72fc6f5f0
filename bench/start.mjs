/**
 * `npm run bench:start`: the cost of importing the code of 2,000 messages, ours and the peers', as files in Node and as one
 * bundle. README.md explains.
 *
 *     --json FILE    writes the results
 *     --quick        3 processes each instead of 9
 *
 * Exits with 1 when a bar does not hold.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { exitOnFailure, root } from "../scripts/run.mjs";
import { ours, oursCompact } from "./libraries/index.mjs";
import { FILES, MESSAGES, writeManyMessages } from "./many-messages.mjs";
import { median } from "./median.mjs";
import { cache, keyOf, peers, prepareFolder } from "./prepare.mjs";
import { formatTable } from "./table.mjs";

const bar = { cpu: 60, heap: 15 };
const forms = [
  { name: "files", title: "files, as generated" },
  { name: "bundle", title: "one bundle, minified" },
];
const probe = fileURLToPath(new URL("start-probe.mjs", import.meta.url));

await exitOnFailure(async () => {
  const { values } = parseArgs({ options: { json: { type: "string" }, quick: { type: "boolean" } } });
  const candidates = [{ library: { name: "nothing" }, form: forms[0], file: emptyModule() }];
  for (const library of [ours, oursCompact, ...peers()]) {
    const folder = await prepareStart(library);
    for (const form of forms) candidates.push({ library, form, file: join(folder, `${form.name}.js`) });
  }
  const [nothing, ...rows] = measureInTurns(candidates, values.quick ? 3 : 9);
  for (const row of rows) {
    row.cpu -= nothing.cpu;
    row.heap -= nothing.heap;
  }
  console.log(format(nothing, rows));
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ nothing, rows }, null, 2)}\n`);
  if (rows.some((row) => !holds(row))) process.exitCode = 1;
});

/** The code of all messages, and two modules that use all of it: one imports the files, the other is their bundle. */
function prepareStart(library) {
  return prepareFolder(`${library.name}/start`, keyOf(library), async (out) => {
    const protoDir = join(out, "protos");
    mkdirSync(protoDir);
    const files = writeManyMessages(protoDir);
    await library.generate({ protoDir, files, out });

    const lines = files.map((file) => `export * as ${file} from "${library.fileOf(file)}";`);
    writeFileSync(join(out, "files.js"), lines.join("\n"));
    await build({
      absWorkingDir: root,
      entryPoints: [join(out, "files.js")],
      outfile: join(out, "bundle.js"),
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "error",
    });
  });
}

function emptyModule() {
  const file = join(cache, "nothing.mjs");
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, "");
  return file;
}

/** Runs each candidate in `turns` processes, one after the other in turns; medians. */
function measureInTurns(candidates, turns) {
  const results = candidates.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, { file }] of candidates.entries()) results[index].push(importOnce(file));
  }
  return candidates.map(({ library, form }, index) => ({
    library: library.name,
    form: form.name,
    cpu: median(results[index].map(({ cpu }) => cpu)),
    heap: median(results[index].map(({ heap }) => heap)),
  }));
}

/** CPU ms since the start of the process, and MB of heap in use after the import. */
function importOnce(file) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", probe, file], { encoding: "utf8" });
  if (status !== 0) throw new Error(`cannot import ${file}: ${stderr.trim()}`);
  return JSON.parse(stdout);
}

function isOurs({ library }) {
  return library === ours.name || library === oursCompact.name;
}

function holds(row) {
  return !isOurs(row) || (row.cpu <= bar.cpu && row.heap <= bar.heap);
}

function format(nothing, rows) {
  const head = ["", "", "CPU ms", "heap MB", "bar", ""];
  const cells = forms.flatMap(({ name, title }) =>
    rows
      .filter(({ form }) => form === name)
      .map((row, index) => [
        index === 0 ? title : "",
        row.library,
        row.cpu.toFixed(0),
        row.heap.toFixed(1),
        isOurs(row) ? `≤ ${bar.cpu} / ${bar.heap}` : "",
        isOurs(row) ? (holds(row) ? "✓" : "✗") : "",
      ]),
  );
  return [
    `importing ${FILES * MESSAGES} messages in ${FILES} files; medians; without what Node needs for nothing:`,
    `${nothing.cpu.toFixed(0)} ms and ${nothing.heap.toFixed(1)} MB`,
    formatTable([head, ...cells], 2),
  ].join("\n");
}
