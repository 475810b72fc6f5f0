/**
 * npm run bench:compat: `protoloom check` and `buf breaking` on all of google/cloud against a copy with changes, and on a
 * part of it. Each run is a separate process, so that start-up and memory count: the best of five runs of ours, one of buf.
 * Then the same protos as a folder, against a folder and against a commit, in turns: CPU time with that of the compiler.
 *
 *     node bench/compat/main.mjs [--without-buf] [--without-git] [--json FILE]
 *
 * Exits with 1 if ours exceeds its limits.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { exitOnFailure, root } from "../../scripts/run.mjs";

const cacheDir = join(root, ".cache/compat/bench");
const protos = join(root, "node_modules/google-proto-files");

/** Name, folder, and the limits of CPU time and memory: other work on the machine makes wall times longer. */
const workloads = [
  { name: "google-cloud", folder: "google/cloud", seconds: 3, megabytes: 500 },
  { name: "google-ads-like", folder: "google/cloud/aiplatform", seconds: 0.7, megabytes: 500 },
];

/** The most CPU time of a comparison with a commit, as a multiple of that with a folder. */
const MOST_OF_FOLDER = 1.3;

/** CPU time in /proc is in clock ticks, of which Linux shows 100 a second on every machine. */
const TICKS = 100;

/** The kinds of changes, used in turns: one for each changed file. */
const changes = [
  (message) => void message.field.pop(),
  (message) => Object.assign(message.field[0], { number: message.field[0].number + 1000 }),
  (message) => Object.assign(message.field[0], { name: `${message.field[0].name}_renamed` }),
  (message) =>
    Object.assign(message.field[0], { type: message.field[0].type === Type.STRING ? Type.BYTES : Type.STRING }),
  (message) =>
    void message.reservedRange.push({
      $typeName: "google.protobuf.DescriptorProto.ReservedRange",
      start: 9000,
      end: 9001,
    }),
];

await exitOnFailure(async () => {
  mkdirSync(cacheDir, { recursive: true });
  const { values } = parseArgs({
    options: {
      "without-buf": { type: "boolean", default: false },
      "without-git": { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const withBuf = !values["without-buf"];
  const head = ["".padEnd(17), "files".padStart(6), "MB".padStart(5), "findings".padStart(10)];
  console.log(`${head.join("")}   ${"protoloom check".padEnd(58)} ${withBuf ? "buf breaking" : ""}`);
  const rows = [];
  for (const workload of workloads) rows.push(await measure(workload, withBuf));
  if (!values["without-git"]) rows.push(await measureGit(workloads[0]));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
  const over = rows.filter(({ isWithin }) => !isWithin).map(({ name }) => name);
  if (over.length > 0) throw new Error(`over the limit: ${over.join(", ")}`);
});

async function measure({ name, folder, seconds, megabytes }, withBuf) {
  const images = imagesOf(name, folder);
  const check = ["cli/bin/protoloom", "check", images.after, "--against", images.before, "--format", "json"];
  const runs = [];
  for (let i = 0; i < 5; i++) runs.push(await timed(process.execPath, check));
  const ours = runs.sort((a, b) => a.cpu - b.cpu)[0];
  const theirs = withBuf ? await timed(bufBinary(), ["breaking", images.after, "--against", images.before]) : undefined;
  const cells = [
    name.padEnd(17),
    String(images.files).padStart(6),
    String(Math.round(readFileSync(images.before).length / 1e6)).padStart(5),
    String(JSON.parse(ours.stdout).findings.length).padStart(10),
  ];
  const isWithin = ours.cpu <= seconds && ours.megabytes <= megabytes;
  const bar = `${isWithin ? "within" : "over"} ${seconds} s CPU, ${megabytes} MB`;
  console.log(`${cells.join("")}   ${`${show(ours)}, ${bar}`.padEnd(58)} ${theirs ? show(theirs) : ""}`);
  const figures = (run) => run && { seconds: run.seconds, cpu: run.cpu, megabytes: run.megabytes };
  return { name, files: images.files, isWithin, protoloom: figures(ours), buf: figures(theirs) };
}

/** The protos of a workload in a repository: the check of its folder against another one and against a commit, in turns. */
async function measureGit({ name, folder }) {
  const { before } = imagesOf(name, folder);
  const names = fromBinary(FileDescriptorSetSchema, readFileSync(before)).file.map((file) => file.name);
  const files = names.filter((file) => existsSync(join(protos, file)) && !file.startsWith("google/protobuf/"));
  const repository = repositoryOf(files);
  const check = [join(root, "cli/bin/protoloom"), "check", "protos", "--format", "json", "--against"];
  const cpu = { "ref:HEAD": [], before: [] };
  for (let i = 0; i < 2; i++) {
    for (const against of Object.keys(cpu))
      cpu[against].push((await timed(process.execPath, [...check, against], repository)).cpu);
  }
  const [commit, other] = Object.values(cpu).map((runs) => Math.min(...runs));
  const ratio = commit / other;
  const isWithin = ratio <= MOST_OF_FOLDER;
  const shown = `${commit.toFixed(2)} s CPU, a folder ${other.toFixed(2)} s, ratio ${ratio.toFixed(2)}`;
  console.log(
    `${"ref:HEAD".padEnd(17)}${String(files.length).padStart(6)}${" ".repeat(18)}${shown}, ${isWithin ? "within" : "over"} ${MOST_OF_FOLDER}`,
  );
  return { name: "ref", files: files.length, isWithin, ref: commit, folder: other };
}

/** A repository whose commit has the files in `protos`, with a change beside it, and the committed files in `before`, too. */
function repositoryOf(files) {
  const repository = join(cacheDir, "repository");
  rmSync(repository, { recursive: true, force: true });
  for (const file of files)
    for (const folder of ["protos", "before"]) cpSync(join(protos, file), join(repository, folder, file));
  const git = (...args) => {
    const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"];
    const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: repository, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  };
  git("init", "--quiet");
  git("add", "protos");
  git("commit", "--quiet", "-m", "before");
  for (let i = 0; i < files.length; i += 100)
    appendFileSync(join(repository, "protos", files[i]), `\nmessage AddedForTheBenchmark${i} {}\n`);
  return repository;
}

function show({ seconds, megabytes, cpu }) {
  return `${seconds.toFixed(2)} s (${cpu.toFixed(2)} s CPU) ${Math.round(megabytes)} MB`;
}

/** The program itself, not the script that starts it, to measure its memory. */
function bufBinary() {
  const require = createRequire(import.meta.resolve("@bufbuild/buf/package.json"));
  const name = `@bufbuild/buf-${process.platform}-${process.arch}`;
  return join(
    dirname(require.resolve(`${name}/package.json`)),
    "bin",
    process.platform === "win32" ? "buf.exe" : "buf",
  );
}

/** The wall time of a process, its CPU time with that of its children, and its peak memory, as Linux reports them (proc(5)). */
async function timed(command, args, cwd = root) {
  const start = performance.now();
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const usage = { megabytes: Number.NaN, cpu: Number.NaN };
  const watch = setInterval(() => Object.assign(usage, usageOf(child.pid)), 10);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  clearInterval(watch);
  if (status !== 0 && status !== 100) throw new Error(`${args.join(" ")}: ${stderr}`);
  return { stdout, seconds: (performance.now() - start) / 1000, ...usage };
}

function usageOf(pid) {
  try {
    const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (
      peak && {
        megabytes: Number(peak[1]) / 1024,
        cpu: fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0) / TICKS,
      }
    );
  } catch {
    return undefined; // it has ended, or this is not Linux
  }
}

/** Images of the protos and of a copy with changes, compiled once. */
function imagesOf(name, folder) {
  const before = join(cacheDir, `${name}-before.binpb`);
  const after = join(cacheDir, `${name}-after.binpb`);
  if (!existsSync(before)) compile(folder, before);
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(before));
  if (!existsSync(after)) {
    const own = set.file.filter(({ name }) => name.startsWith(folder));
    for (let i = 0; i < own.length; i += 10) mutate(own[i], i / 10);
    writeFileSync(after, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: set.file })));
  }
  return { before, after, files: set.file.length };
}

function compile(folder, out) {
  const files = readdirSync(join(protos, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".proto"))
    .map((file) => `${folder}/${file}`)
    .sort();
  const list = join(cacheDir, "files.txt");
  writeFileSync(list, files.join("\n"));
  const args = [
    `--proto_path=${protos}`,
    "--include_imports",
    "--include_source_info",
    `--descriptor_set_out=${out}`,
    `@${list}`,
  ];
  const { status, stderr } = spawnSync(process.execPath, [join(root, "node_modules/protoc/protoc.cjs"), ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`protoc: ${stderr.slice(0, 300)}`);
}

function mutate(file, turn) {
  const message = file.messageType.find(
    ({ field, oneofDecl }) =>
      field.length > 1 && oneofDecl.length === 0 && field[0].typeName === "" && field.at(-1).typeName === "",
  );
  if (message !== undefined) changes[turn % changes.length](message);
}
