/**
 * npm run compat:google: `protoloom check --profile buf` and `buf breaking` on the released versions of Google's APIs, from
 * each to the next. Fails unless their lines are the same.
 *
 *     node test/compat/google.mjs [others | cloud | ads ...]      all parts when none is named
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { protosIn, withoutBroken } from "../../scripts/protos.mjs";
import { exitOnFailure, root, run } from "../../scripts/run.mjs";

const cacheDir = join(root, ".cache/compat/google");
const versions = ["2.4.1", "2.5.2", "3.0.3", "4.0.0", "4.2.0", "5.0.3", "6.0.1"];
const breaking = { use: ["FILE", "PACKAGE", "WIRE_JSON", "WIRE", "CSR"] };

/** Groups of files compiled together: buf needs gigabytes for large groups. */
const parts = [
  { name: "others", has: (folder) => folder !== "ads" && folder !== "cloud" },
  { name: "cloud", has: (folder) => folder === "cloud" },
  { name: "ads", has: (folder) => folder === "ads" },
];

await exitOnFailure(() => {
  provide();
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !parts.some((part) => part.name === name));
  if (unknown) throw new Error(`unknown part "${unknown}": expected ${parts.map(({ name }) => name).join(", ")}`);
  const config = join(cacheDir, "buf.yaml");
  writeFileSync(config, JSON.stringify({ version: "v2", breaking }));
  console.log(`${"".padEnd(24)}${"files".padStart(7)}${"findings".padStart(10)}   protoloom   buf`);
  const wrong = parts
    .filter(({ name }) => chosen.length === 0 || chosen.includes(name))
    .flatMap((part) => versions.slice(1).flatMap((next, i) => compare(part, versions[i], next, config)));
  if (wrong.length > 0) throw new Error(`the findings differ: ${wrong.join(", ")}`);
});

/** Installs every version, each under a name of its own. */
function provide() {
  const missing = versions.filter((version) => !existsSync(join(cacheDir, "node_modules", `v${version}`)));
  if (missing.length === 0) return;
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(join(cacheDir, "package.json"), JSON.stringify({ private: true }));
  const packages = versions.map((version) => `v${version}@npm:google-proto-files@${version}`);
  const options = [`--prefix=${cacheDir}`, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  run("npm", ["install", ...options, "--loglevel=error", ...packages], "npm install google-proto-files");
}

function compare(part, previous, next, config) {
  const [before, after] = [imageOf(part, previous), imageOf(part, next)];
  const ours = timed("cli/bin/protoloom", [
    ...["check", after.image, "--against", before.image, "--profile", "buf"],
    ...["--buf-config", config, "--format", "json"],
  ]);
  const theirs = timed("node_modules/@bufbuild/buf/bin/buf", [
    ...["breaking", after.image, "--against", before.image],
    ...["--config", config, "--error-format", "json"],
  ]);
  const isSame = ours.stdout === theirs.stdout;
  const step = `${part.name} ${previous} → ${next}`;
  const findings = theirs.stdout.split("\n").length - 1;
  const times = `${show(ours)}   ${show(theirs)}${isSame ? "" : "   DIFFERENT"}`;
  console.log(`${step.padEnd(24)}${String(after.files).padStart(7)}${String(findings).padStart(10)}   ${times}`);
  if (isSame) return [];
  writeFileSync(join(cacheDir, "ours.jsonl"), ours.stdout);
  writeFileSync(join(cacheDir, "buf.jsonl"), theirs.stdout);
  return [`${step} (the lines are in .cache/compat/google)`];
}

function show({ seconds }) {
  return `${seconds.toFixed(1)} s`.padStart(9);
}

function timed(program, args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0 && status !== 100) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return { stdout, seconds: (performance.now() - start) / 1000 };
}

/** Compiles a part of a version once. google/protobuf is there only as far as others import it: it is not complete. */
function imageOf({ name, has }, version) {
  const folder = join(cacheDir, "node_modules", `v${version}`);
  const image = join(cacheDir, `${version}-${name}.binpb`);
  const list = join(cacheDir, `${version}-${name}.txt`);
  const wanted = protosIn(folder).filter((file) => {
    const [top, second] = file.split("/");
    return top === "google" && second !== "protobuf" && has(second);
  });
  const { files } = withoutBroken([folder], wanted);
  if (!existsSync(image)) {
    writeFileSync(list, files.join("\n"));
    const options = [`--proto_path=${folder}`, "--include_imports", "--include_source_info"];
    const args = [
      join(root, "node_modules/protoc/protoc.cjs"),
      ...options,
      `--descriptor_set_out=${image}`,
      `@${list}`,
    ];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`protoc: ${stderr.split("\n").find((line) => !line.includes("warning:"))}`);
  }
  return { image, files: files.length };
}
