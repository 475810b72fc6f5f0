/**
 * `npm run bench:envoy`: protoc-gen-envoy on services with many methods. Each run is a separate process, started as by protoc.
 * Fails if a limit is exceeded.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { exitOnFailure, root, run } from "../scripts/run.mjs";

const folder = join(root, ".cache/bench/envoy");
const plugin = join(root, "plugins/protoc-gen-envoy/bin/protoc-gen-envoy");

const workloads = [
  { methods: 1000, seconds: 1, megabytes: 1024 },
  { methods: 20_000, seconds: 10, megabytes: 1024 },
];
const PER_SERVICE = 20;
const RUNS = 5;

const deployment = `
listeners:
  public:
    address: 0.0.0.0:8080
    cors: { origins: ["https://shop.example"] }
services:
  "*":
    split: { stable: 99, next: 1 }
    timeout: 3s
    retry: { attempts: 3 }
clusters:
  stable: { endpoints: [{ address: 10.0.0.1:50051 }] }
  next: { endpoints: [{ address: 10.0.0.2:50051 }] }
`;

const columns = ["methods", "CPU s", "limit", "seconds", "MB", "limit", "output"];

await exitOnFailure(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "deployment.yaml"), deployment);
  printRow(columns);
  const failed = workloads.filter((workload) => !measure(workload));
  if (failed.length > 0) {
    throw new Error(`over the limit: ${failed.map(({ methods }) => `${methods} methods`).join(", ")}`);
  }
});

function printRow(cells) {
  console.log(cells.map((cell) => String(cell).padStart(10)).join(""));
}

/** The limits apply to CPU time, which other load on the machine affects little. */
function measure({ methods, seconds, megabytes }) {
  const request = writeRequest(methods);
  const runs = Array.from({ length: RUNS }, () => generate(request));
  const [cpu, wall] = ["cpu", "wall"].map((key) => Math.min(...runs.map((each) => each[key])));
  const most = Math.max(...runs.map((each) => each.megabytes));
  const size = `${(runs[0].size / 1e6).toFixed(1)} MB`;
  printRow([methods, cpu.toFixed(2), seconds, wall.toFixed(2), most.toFixed(0), megabytes, size]);
  return cpu < seconds && most < megabytes;
}

/** The request of protoc for a proto with this many methods, a third of them idempotent and a tenth streaming. */
function writeRequest(methods) {
  const proto = join(folder, `many-${methods}.proto`);
  const lines = ['syntax = "proto3";', "package many.v1;", "message Thing { string id = 1; }"];
  for (let i = 0; i < methods; i++) {
    if (i % PER_SERVICE === 0) lines.push(`${i > 0 ? "}\n" : ""}service Service${i / PER_SERVICE} {`);
    const options = i % 3 === 0 ? " { option idempotency_level = NO_SIDE_EFFECTS; }" : ";";
    lines.push(`  rpc Method${i}(Thing) returns (${i % 10 === 0 ? "stream " : ""}Thing)${options}`);
  }
  writeFileSync(proto, [...lines, "}", ""].join("\n"));
  const set = join(folder, "set.binpb");
  run(process.execPath, ["node_modules/protoc/protoc.cjs", `-I${folder}`, "--include_source_info", `-o${set}`, proto]);
  const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(set));
  const fileToGenerate = file.map(({ name }) => name);
  const parameter = `deployment=${join(folder, "deployment.yaml")}`;
  const request = create(CodeGeneratorRequestSchema, { fileToGenerate, protoFile: file, parameter });
  return toBinary(CodeGeneratorRequestSchema, request);
}

/** The times and the memory of one process, start-up included. */
function generate(input) {
  const told = join(folder, "usage.json");
  const write = `require("node:fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.resourceUsage()))`;
  writeFileSync(join(folder, "tell.cjs"), `process.on("exit", () => ${write})`);
  const start = performance.now();
  const args = ["--require", join(folder, "tell.cjs"), plugin];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, maxBuffer: 2 ** 30 });
  const wall = (performance.now() - start) / 1000;
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, stdout);
  if (status !== 0 || error !== "" || file.length === 0) throw new Error(`${error}${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(told, "utf8"));
  return { wall, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024, size: file[0].content.length };
}
