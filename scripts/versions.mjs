/** The common version of all packages, in their manifests, in those of the examples and in package-lock.json. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { root } from "./run.mjs";

const increments = ["patch", "minor", "major", "prerelease"];

/** Returns the version that an argument asks for: `patch`, `minor`, `major`, `prerelease`, or a version not before the current one. */
export function nextVersion(current, wanted) {
  if (increments.includes(wanted)) return semver.inc(current, wanted);
  const version = semver.valid(wanted);
  if (version === null) {
    throw new Error(
      `invalid version "${wanted ?? ""}": expected ${increments.join(", ")}, or one such as ${semver.inc(current, "minor")}`,
    );
  }
  if (semver.lt(version, current))
    throw new Error(`version ${version} is older than ${current}, which the packages have`);
  return version;
}

/** Returns new texts by path: every manifest of a package or an example, and the lock, with the version. */
export function withVersion(version) {
  const lock = readJson("package-lock.json");
  const folders = Object.keys(lock.packages).filter((path) => path !== "" && !path.includes("node_modules/"));
  const manifests = folders.map((folder) => [`${folder}/package.json`, readJson(`${folder}/package.json`)]);
  const names = manifests.map(([, { name }]) => name);
  for (const [, manifest] of manifests) setVersion(manifest, version, names);
  for (const folder of folders) setVersion(lock.packages[folder], version, names);
  const examples = exampleManifests().map((path) => [path, readJson(path)]);
  for (const [, manifest] of examples) setDependencies(manifest, version, names);
  return new Map(
    [...manifests, ...examples, ["package-lock.json", lock]].map(([path, json]) => [
      path,
      `${JSON.stringify(json, null, 2)}\n`,
    ]),
  );
}

/** The examples that are projects of their own. */
export function exampleManifests() {
  const paths = readdirSync(join(root, "examples")).map((name) => `examples/${name}/package.json`);
  return paths.filter((path) => existsSync(join(root, path)));
}

/** Sets the version. A package depends on the versions of the others that are released with it. */
function setVersion(manifest, version, names) {
  manifest.version = version;
  setDependencies(manifest, version, names);
}

function setDependencies(manifest, version, names) {
  for (const kind of ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]) {
    for (const name of Object.keys(manifest[kind] ?? {})) {
      if (names.includes(name)) manifest[kind][name] = version;
    }
  }
}

export function currentVersion() {
  return readJson("runtime/protobuf/package.json").version;
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
