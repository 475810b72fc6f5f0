/** The files that the package publishes besides the plugin, and its README. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checks } from "../../../plugins/protoc-gen-envoy/src/checks/index.js";
import { formats } from "../../../plugins/protoc-gen-envoy/src/formats/index.js";
import { deploymentSchema, readDeployment } from "../../../plugins/protoc-gen-envoy/src/input/deployment.js";
import { isUpdate } from "../../golden.js";
import { generate, root, textOf } from "./generate.js";

const folder = join(root, "plugins/protoc-gen-envoy");
const readme = textOf(join(folder, "README.md"));

test("the JSON Schema matches the table that deployment files are read with", () => {
  const file = join(folder, "deployment.schema.json");
  const schema = deploymentSchema();
  if (isUpdate) writeFileSync(file, JSON.stringify(schema));
  expect(JSON.parse(textOf(file))).toEqual(schema);
});

test("the README names every check and its reason, and every format", () => {
  for (const { id, why } of checks) expect(readme).toContain(`| \`${id}\` | ${why} |`);
  for (const name of Object.keys(formats)) expect(readme).toContain(`| \`${name}\` | `);
});

test("the tarball has the plugin, our options and the schema, and no source", () => {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ files }] = JSON.parse(execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: "pipe" }));
  expect(files.map(({ path }: { path: string }) => path).sort()).toEqual(
    [
      ...["LICENSE", "README.md", "bin/protoc-gen-envoy", "deployment.schema.json", "package.json"],
      ...["dist/THIRD-PARTY-NOTICES.txt", "dist/protoc-gen-envoy.js", "proto/protoloom/envoy/v1/options.proto"],
    ].sort(),
  );
});

test.each(["plugins/protoc-gen-envoy", "cli"])("%s has the command", (packed) => {
  const { bin } = JSON.parse(textOf(join(root, packed, "package.json")));
  const command = join(root, packed, bin["protoc-gen-envoy"]);
  const { version } = JSON.parse(textOf(join(folder, "package.json")));
  expect(execFileSync(process.execPath, [command, "--version"], { encoding: "utf8" })).toBe(`${version}\n`);
});

test("the bundle needs Node alone", () => {
  const bundle = readFileSync(join(folder, "dist/protoc-gen-envoy.js"), "utf8");
  const imported = Array.from(bundle.matchAll(/^import .* from "([^"]+)";$/gm), ([, specifier]) => specifier!);
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((each) => !builtinModules.includes(each.replace("node:", "")))).toEqual([]);
});

test("one run reports all mistakes, each with its place", () => {
  const source = `listeners:
  public: { address: nowhere, filers: [] }
services:
  "*": { cluster: orders, timeout: soon, retry: {} }
clusters:
  orders: { endpoints: [{ address: "10.0.0.1:0" }], load_balancing: fair }
`;
  const { places } = readDeployment(source, "d.yaml");
  expect(places.problems.map(({ place, check }) => `${place} ${check}`)).toEqual([
    "d.yaml:2:22 invalid-value",
    "d.yaml:2:31 unknown-key",
    "d.yaml:4:36 invalid-value",
    "d.yaml:4:49 missing-key",
    "d.yaml:6:36 invalid-value",
    "d.yaml:6:69 invalid-value",
  ]);
});

test("names cannot break out of the files that they are written to", () => {
  const source = `clusters:
  "../../x": { endpoints: [] }
  "a { server evil; }": { endpoints: [] }
listeners:
  a: { address: 127.0.0.1:1, tls: { certificate: "a;b", key: k }, hosts: ["x y"] }
services:
  "*": { hash: [{ header: "a b" }], canaries: [{ header: "a) }", cluster: c }] }
`;
  const { places } = readDeployment(source, "d.yaml");
  const found = places.problems.map(({ place, check }) => `${place} ${check}`);
  expect(found.sort()).toEqual([
    "d.yaml:2:3 invalid-value",
    "d.yaml:3:3 invalid-value",
    "d.yaml:5:50 invalid-value",
    "d.yaml:5:75 invalid-value",
    "d.yaml:7:27 invalid-value",
    "d.yaml:7:58 invalid-value",
  ]);
});

test("what is wrong is said once", () => {
  const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
  const file = join(folder, "d.yaml");
  writeFileSync(file, 'services: { "*": { cluster: "a b" } }\nclusters: {}\n');
  const proto = textOf(join(root, "test/plugins/protoc-gen-envoy/shop.proto"));
  const { error } = generate({ "shop.proto": proto }, `deployment=${file}`);
  rmSync(folder, { recursive: true });
  expect(error.match(/\(([\w-]+)\)$/gm)).toEqual(["(invalid-value)"]);
});

test("a file that names too many values is refused", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [name, of] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg"])
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(", ")}]`);
  const { places } = readDeployment(bomb.join("\n"), "d.yaml");
  expect(places.problems.map(({ check }) => check)).toEqual(["syntax"]);
});
