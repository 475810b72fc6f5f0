/**
 * npm run bench:compat: `protoloom check` and `buf breaking` on all of google/cloud against a copy with changes, and on a
 * part of it. Each runs as its own process, so that start-up and memory count.
 *
 *     node bench/compat/main.mjs [--without-buf]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { exitOnFailure, root } from "../../scripts/run.mjs";

const cacheDir = join(root, ".cache/compat/bench");
const protos = join(root, "node_modules/google-proto-files");

/** Name, folder, and the limits that the time and the memory must keep. */
const workloads = [
  { name: "google-cloud", folder: "google/cloud", seconds: 4, megabytes: 1000 },
  { name: "google-ads-like", folder: "google/cloud/aiplatform", seconds: 0.5, megabytes: 1000 },
];

/** One change in each file that is changed: kinds take turns. */
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

await exitOnFailure(() => {
  mkdirSync(cacheDir, { recursive: true });
  const withBuf = !process.argv.includes("--without-buf");
  console.log(
    `${"".padEnd(17)}${"files".padStart(6)}${"MB".padStart(5)}${"findings".padStart(10)}   protoloom check        ${withBuf ? "buf breaking" : ""}`,
  );
  for (const workload of workloads) measure(workload, withBuf);
});

function measure({ name, folder }, withBuf) {
  const images = imagesOf(name, folder);
  const ours = median(
    [1, 2, 3].map(() =>
      timed(["cli/bin/protoloom", "check", images.after, "--against", images.before, "--format", "json"]),
    ),
  );
  const findings = JSON.parse(ours.stdout).findings.length;
  const size = Math.round(readFileSync(images.before).length / 1e6);
  const theirs = withBuf
    ? show(timed(["node_modules/@bufbuild/buf/bin/buf", "breaking", images.after, "--against", images.before]))
    : "";
  const cells = [
    name.padEnd(17),
    String(images.files).padStart(6),
    String(size).padStart(5),
    String(findings).padStart(10),
  ];
  console.log(`${cells.join("")}   ${show(ours).padEnd(22)} ${theirs}`);
}

function show({ seconds, megabytes, cpu }) {
  return `${seconds.toFixed(2)} s (${cpu.toFixed(2)} CPU) ${Math.round(megabytes)} MB`;
}

function median(runs) {
  return runs.sort((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];
}

/** The time and the peak memory of a process and those that it starts. */
function timed(args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-r", memoryProbe(), ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0 && status !== 100) throw new Error(`${args.join(" ")}: ${stderr}`);
  const probe = /PEAK (\d+) (\d+)/.exec(stderr);
  return {
    stdout,
    seconds: (performance.now() - start) / 1000,
    megabytes: Number(probe?.[1] ?? 0) / 1024,
    cpu: Number(probe?.[2] ?? 0) / 1e6,
  };
}

/** Prints the peak memory (kB) and CPU time (µs) of the process when it ends; of its children, for those that start one. */
function memoryProbe() {
  const file = join(cacheDir, "probe.cjs");
  writeFileSync(
    file,
    `process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(\`PEAK \${maxRSS} \${userCPUTime + systemCPUTime}\\n\`);
});
`,
  );
  return file;
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
