/**
 * npm run compat:matrix: every kind of change of the corpus, judged by independent decoders, beside what our rules and those
 * of `buf breaking` say. Fails unless recall and precision are 1 on binary, JSON and RPC.
 *
 *     node test/compat/matrix/main.mjs [--verbose] [case ...]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changedSchemas, check, parseImage } from "@protoloom/protoc-gen-compat";
import { exitOnFailure, root } from "../../../scripts/run.mjs";

import { providePython } from "../../python.mjs";
import { corpus, readCases } from "../corpus.mjs";
import { judgeWithProtobufEs } from "./es.mjs";

const surfaces = ["binary", "json", "json-strict", "rpc"];
const directions = ["backward", "forward", "proxy"];

await exitOnFailure(main);

async function main() {
  const verbose = process.argv.includes("--verbose");
  const cases = readCases();
  const { images, bufImages } = corpus;
  const truth = judge(cases, images);
  const ours = await ourFindings(cases, images);
  const buf = bufFindings(cases, bufImages);
  const rows = cases.map(({ id }) => ({ id, truth: truth[id], ours: ours[id] ?? {}, buf: buf[id] ?? {} }));
  const file = join(root, ".cache/compat/matrix.json");
  mkdirSync(join(root, ".cache/compat"), { recursive: true });
  writeFileSync(file, JSON.stringify(rows, undefined, 1));

  console.log(
    `${rows.length} kinds of change; how many of the real breaks are found, and how many of the found are real\n`,
  );
  console.log(`${"".padEnd(14)}${"real".padStart(6)}   ${"protoloom check".padEnd(24)}   buf breaking`);
  let perfect = true;
  for (const surface of surfaces) {
    const mine = score(rows, surface, "ours");
    const theirs = surface === "json-strict" ? undefined : score(rows, surface, "buf");
    console.log(
      `${surface.padEnd(14)}${String(mine.real).padStart(6)}   ${show(mine).padEnd(24)}   ${theirs ? show(theirs) : ""}`,
    );
    if (mine.missed.length > 0 || mine.wrong.length > 0) perfect = false;
    for (const id of mine.missed) console.log(`  missed: ${id}: ${JSON.stringify(truth[id][surface])}`);
    for (const id of mine.wrong) console.log(`  not real: ${id}`);
    if (verbose && theirs) for (const id of theirs.missed) console.log(`  buf missed: ${id}`);
    if (verbose && theirs) for (const id of theirs.wrong) console.log(`  buf not real: ${id}`);
  }
  const inDirection = scoreDirections(rows);
  console.log(
    `\nby direction too: ${inDirection.right} right, ${inDirection.wrong.length} wrong; details in .cache/compat/matrix.json`,
  );
  for (const line of inDirection.wrong) console.log(`  ${line}`);
  if (!perfect || inDirection.wrong.length > 0) throw new Error("recall and precision are not 1");
}

/** { case: { surface: { direction: { data, why } } } }: a break is one that upb sees, or (on JSON) protobuf-es. */
function judge(cases, images) {
  const files = Object.fromEntries(
    cases.map(({ id, before, after }) => [id, [...new Set([...Object.keys(before), ...Object.keys(after)])]]),
  );
  const { command, env } = providePython();
  const result = spawnSync(command, [join(import.meta.dirname, "upb.py"), images.before, images.after], {
    env: { ...process.env, ...env },
    input: JSON.stringify(files),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (result.status !== 0) throw new Error(`upb.py failed: ${result.error?.message ?? result.stderr}`);
  const { verdicts, samples } = JSON.parse(result.stdout);
  const second = judgeWithProtobufEs(readFileSync(images.before), readFileSync(images.after), samples);
  const count = Object.values(samples).reduce((sum, list) => sum + list.length, 0);
  let apart = 0;
  for (const { id } of cases) {
    for (const surface of ["json", "json-strict"]) {
      for (const [direction, found] of Object.entries(second[id][surface] ?? {})) {
        if (verdicts[id][surface]?.[direction] === undefined) {
          apart++;
          verdicts[id][surface] ??= {};
          verdicts[id][surface][direction] = { ...found, judge: "protobuf-es" };
        }
      }
    }
    const binary = (verdict) =>
      Object.keys(verdict.binary ?? {})
        .filter((direction) => direction !== "proxy")
        .sort()
        .join();
    if (binary(verdicts[id]) !== binary(second[id])) apart++;
  }
  console.log(
    `${count} messages of upb, read by upb and by protobuf-es; the judges differ on ${apart} of ${cases.length} cases\n`,
  );
  return verdicts;
}

async function ourFindings(cases, images) {
  const [previous, next] = [images.before, images.after].map((file) => parseImage(readFileSync(file), file));
  const schemas = changedSchemas(previous, next);
  const found = {};
  const add = (id, surface, direction, rule) => note(found, id, surface, direction, rule);
  for (const { rule, effects, roles, ...places } of check(schemas.previous, schemas.next)) {
    const { file } = places.through?.location ?? places.next ?? places.previous;
    const id = caseOf(cases, file);
    for (const { surface, direction, verdict } of effects) {
      // A strict reader rejects a new name: that it extends is our advice, not what happens to the data.
      if (verdict !== "breaking" && verdict !== "conditional" && !(verdict === "extends" && surface === "json-strict"))
        continue;
      add(id, surface, direction, rule);
      const inCall = roles.includes("request") ? "backward" : undefined;
      const inAnswer = roles.includes("response") ? "forward" : undefined;
      if (surface === "binary" && (direction === inCall || direction === inAnswer)) add(id, "rpc", "backward", rule);
    }
  }
  return found;
}

function note(found, id, surface, direction, rule) {
  found[id] ??= {};
  found[id][surface] ??= {};
  found[id][surface][direction] ??= rule;
}

/** Rules of WIRE for binary, of WIRE_JSON for JSON, and those about services for RPC. */
function bufFindings(cases, images) {
  const found = {};
  const serviceRules = [
    "SERVICE_NO_DELETE",
    "RPC_NO_DELETE",
    "RPC_SAME_CLIENT_STREAMING",
    "RPC_SAME_SERVER_STREAMING",
    "RPC_SAME_REQUEST_TYPE",
    "RPC_SAME_RESPONSE_TYPE",
  ];
  for (const [surface, use] of [
    ["binary", ["WIRE"]],
    ["json", ["WIRE_JSON"]],
    ["rpc", serviceRules],
  ]) {
    const config = JSON.stringify({ version: "v2", breaking: { use } });
    const args = [
      join(root, "node_modules/@bufbuild/buf/bin/buf"),
      "breaking",
      images.after,
      "--against",
      images.before,
      "--config",
      config,
      "--error-format",
      "json",
    ];
    const result = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 });
    if (result.status !== 100 && result.status !== 0) throw new Error(`buf breaking: ${result.stderr}`);
    for (const line of result.stdout.split("\n").filter(Boolean)) {
      const { path, type } = JSON.parse(line);
      const id = path === undefined ? undefined : caseOf(cases, path);
      if (id !== undefined) note(found, id, surface, "backward", type);
    }
  }
  return found;
}

function caseOf(cases, file) {
  return cases.find(({ id }) => file === `${id}.proto` || file.startsWith(`${id}/`))?.id;
}

function score(rows, surface, whose) {
  const real = rows.filter(({ truth }) => truth[surface] !== undefined);
  const found = rows.filter((row) => row[whose][surface] !== undefined);
  return {
    real: real.length,
    missed: real.filter((row) => row[whose][surface] === undefined).map(({ id }) => id),
    found: found.length,
    wrong: found.filter(({ truth }) => truth[surface] === undefined).map(({ id }) => id),
  };
}

function show({ real, missed, found, wrong }) {
  const rate = (part, whole) => (whole === 0 ? "–" : (part / whole).toFixed(2));
  return `recall ${rate(real - missed.length, real)} precision ${rate(found - wrong.length, found)}`;
}

function scoreDirections(rows) {
  let right = 0;
  const wrong = [];
  for (const { id, truth, ours } of rows) {
    for (const surface of surfaces) {
      for (const direction of directions) {
        const [is, says] = [truth[surface]?.[direction], ours[surface]?.[direction]];
        if ((is === undefined) === (says === undefined)) right++;
        else wrong.push(`${id} ${surface} ${direction}: ${is ? `missed, ${is.why}` : `${says}, which is not real`}`);
      }
    }
  }
  return { right, wrong };
}
