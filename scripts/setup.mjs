/**
 * Makes a clone ready: installs when node_modules does not match package-lock.json, builds what is stale.
 *
 *     node scripts/setup.mjs [build step ...]      all steps when none is named
 *
 * Uses nothing but Node, because `npm test` calls it before anything is installed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { withLock } from "./lock.mjs";
import { exitOnFailure, npm, root, timed } from "./run.mjs";

await exitOnFailure(() =>
  withLock(async () => {
    requireNode(20, 19);
    await install();
    await build(process.argv.slice(2));
  }),
);

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor < major || (haveMajor === major && haveMinor < minor)) {
    throw new Error(`Node ${major}.${minor} or newer is needed, this is ${process.versions.node}`);
  }
}

async function install() {
  const stale = whyInstall();
  if (stale === undefined) return;
  await timed("install", `npm ci, because ${stale}`, () => {
    // A user's NODE_ENV=production or omit=optional must not omit the compiler.
    npm("ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error");
  });
}

/** Compares by content, since file times mean nothing after a git checkout. */
function whyInstall() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return "nothing is installed";
  const want = packagesOf(join(root, "package-lock.json"));
  const have = packagesOf(installed);
  for (const [path, entry] of Object.entries(want)) {
    if (path === "" || (entry.optional && have[path] === undefined)) continue; // for another platform
    if (identity(entry) !== identity(have[path])) return `${path} differs from package-lock.json`;
  }
  return undefined;
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, "utf8")).packages;
}

function identity(entry) {
  return entry && [entry.version, entry.integrity, entry.link && entry.resolved].join(" ");
}
