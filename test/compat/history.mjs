/**
 * npm run compat:history: `protoloom check` on the releases of public APIs that come as packages of npm, from each to the next.
 * Fails unless every step is checked without a crash, no warning is about a mere addition, and no place has a second finding.
 *
 *     node test/compat/history.mjs [google | envoy | lnd | zeebe ...] [--verbose]      all when none is named
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { protosIn, repairedValidate, withoutBroken } from "../../scripts/protos.mjs";
import { exitOnFailure, root, run } from "../../scripts/run.mjs";

const cacheDir = join(root, ".cache/compat/history");

/** Releases as package@version, oldest first; where their protos are; and which of them are checked. */
const histories = [
  {
    name: "google",
    releases: ["2.4.1", "2.5.2", "3.0.3", "4.0.0", "4.2.0", "5.0.3", "6.0.1"].map((v) => `google-proto-files@${v}`),
    roots: ["."],
    has: (file) => /^google\/(?!protobuf\/|ads\/|cloud\/)/.test(file),
  },
  {
    name: "envoy",
    releases: ["1.10.1", "1.13.0", "1.14.0", "1.14.1"].map((v) => `@grpc/grpc-js-xds@${v}`),
    roots: ["envoy-api", "xds", "udpa", "protoc-gen-validate", "googleapis", "cel-spec/proto"].map(
      (path) => `deps/${path}`,
    ),
    has: (file) => file.startsWith("envoy/"),
    repairs: (folder) => [repairedValidate(join(folder, "deps/protoc-gen-validate"))],
  },
  {
    name: "lnd",
    releases: ["9.0.0", "9.5.1", "9.14.0", "10.0.1", "10.14.4", "10.26.3", "12.5.0"].map((v) => `lightning@${v}`),
    roots: ["grpc/protos"],
    has: () => true,
  },
  {
    name: "zeebe",
    releases: ["0.26.0", "1.4.0", "8.0.3", "8.1.5", "8.3.2"].map((v) => `zeebe-node@${v}`),
    roots: ["proto"],
    has: () => true,
  },
];

await exitOnFailure(() => {
  const { values, positionals } = parseArgs({ options: { verbose: { type: "boolean" } }, allowPositionals: true });
  const unknown = positionals.find((name) => !histories.some((each) => each.name === name));
  if (unknown)
    throw new Error(`unknown history "${unknown}": expected ${histories.map(({ name }) => name).join(", ")}`);
  const chosen = histories.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  provide(chosen.flatMap(({ releases }) => releases));
  console.log("step                                       files  breaking  to review  compatible  additive  second");
  const wrong = chosen.flatMap((history) =>
    history.releases.slice(1).flatMap((next, i) => step(history, history.releases[i], next, values.verbose)),
  );
  if (wrong.length > 0) throw new Error(`${wrong.length} findings should not be there:\n${wrong.join("\n")}`);
});

/** Installs every release under a name of its own, without its dependencies' scripts. */
function provide(releases) {
  const missing = releases.filter((release) => !existsSync(folderOf(release)));
  if (missing.length === 0) return;
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(join(cacheDir, "package.json"), JSON.stringify({ private: true }));
  for (const release of missing) {
    const options = ["--ignore-scripts", "--loglevel=error", "--silent", `--pack-destination=${cacheDir}`];
    run("npm", ["pack", release, ...options], `npm pack ${release}`);
    const folder = folderOf(release);
    mkdirSync(folder, { recursive: true });
    const file = release.replace(/^@/, "").replace("/", "-").replace("@", "-");
    run("tar", ["-xzf", join(cacheDir, `${file}.tgz`), "-C", folder, "--strip-components=1"], `tar ${file}`);
  }
}

function folderOf(release) {
  return join(cacheDir, release.replace(/^@/, "").replaceAll(/[/@]/g, "-"));
}

/** Compares a release with the one before. Returns what is wrong, a line each. */
function step(history, previous, next, verbose) {
  const [before, after] = [imageOf(history, previous), imageOf(history, next)];
  const { findings } = check(before.image, after.image);
  const bySeverity = (severity) => findings.filter((each) => each.severity === severity);
  const additive = bySeverity("warning").filter(isAdditive);
  const second = secondAtOnePlace(findings.filter(({ severity }) => severity !== "info"));
  const version = (release) => release.slice(release.lastIndexOf("@") + 1);
  const name = `${history.name} ${version(previous)} → ${version(next)}`;
  const counts = [after.files, ...["error", "warning", "info"].map((each) => bySeverity(each).length)];
  const [files, ...found] = [...counts, additive.length, second.length];
  const widths = [10, 11, 12, 10, 8];
  console.log(
    `${name.padEnd(40)}${String(files).padStart(8)}${found.map((n, i) => String(n).padStart(widths[i])).join("")}`,
  );
  if (verbose) for (const each of findings) console.log(`  ${each.severity} ${each.rule}: ${each.text}`);
  const line = (what) => (each) => `  ${name}: ${what}: ${each.rule}: ${each.text}`;
  return [...additive.map(line("an addition as a warning")), ...second.map(line("a second finding at one place"))];
}

/** A change that only adds, and that nobody reads wrongly: a new value of an enum is refused by old readers of JSON. */
function isAdditive({ previous, verdict }) {
  const isNew = previous === undefined || previous.declaration === undefined;
  return verdict === "extends" || verdict === "safe" || (isNew && verdict === "hazard");
}

function secondAtOnePlace(findings) {
  const seen = new Set();
  return findings.filter(({ element, through }) => {
    const place = `${element} ${through ?? ""}`;
    const isSecond = seen.has(place);
    seen.add(place);
    return isSecond;
  });
}

function check(before, after) {
  const args = ["cli/bin/protoloom", "check", after, "--against", before, "--format", "json"];
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 30 });
  if (result.status !== 0 && result.status !== 100) throw new Error(`${args.join(" ")}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** Compiles a release once. */
function imageOf({ name, roots, has, repairs = () => [] }, release) {
  const folder = folderOf(release);
  const image = join(cacheDir, `${name}-${release.slice(release.lastIndexOf("@") + 1)}.binpb`);
  const own = roots.map((path) => join(folder, path)).filter((path) => existsSync(path));
  const paths = [...repairs(folder), ...own, join(root, "node_modules/protoc/include")];
  const wanted = [...new Set(own.flatMap((path) => protosIn(path)))].filter(has);
  const { files } = withoutBroken(paths, wanted);
  if (files.length === 0) throw new Error(`${release} has no protos in ${roots.join(", ")}`);
  if (!existsSync(image)) {
    const list = `${image}.txt`;
    writeFileSync(
      list,
      [
        ...paths.map((path) => `--proto_path=${path}`),
        "--include_imports",
        "--include_source_info",
        `--descriptor_set_out=${image}`,
        ...files,
      ].join("\n"),
    );
    const protoc = join(root, "node_modules/protoc/protoc.cjs");
    const { status, stderr } = spawnSync(process.execPath, [protoc, `@${list}`], { encoding: "utf8" });
    if (status !== 0)
      throw new Error(`protoc, ${release}: ${stderr.split("\n").find((line) => !line.includes("warning:"))}`);
  }
  return { image, files: files.length };
}
