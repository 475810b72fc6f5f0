/**
 * `npm run docs`: builds the documentation site into `docs/site/dist`, static files for any web server. `npm run docs -- dev`
 * serves it while it is being written.
 *
 * The generator has a package.json of its own in `docs/site`, so that nobody installs it who does not build the site. It
 * needs Node 22.19, which scripts/on-node.mjs brings if this is an older one.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPlayground } from "./playground.mjs";
import { exitOnFailure, npm, root, timed } from "./run.mjs";

const site = join(root, "docs/site");

await exitOnFailure(async () => {
  const [command = "build", ...more] = process.argv.slice(2);
  if (!["build", "dev"].includes(command)) throw new Error(`unknown command "${command}": expected build or dev`);
  await install();
  await timed("docs", "playground built", buildPlayground);
  await timed("docs", "pages written", () => node(["docs/site/prepare.mjs"]));
  await timed("docs", "site built", () =>
    node(["docs/site/node_modules/astro/bin/astro.mjs", command, "--root", "docs/site", ...more]),
  );
});

/** Installs what docs/site/package-lock.json says, unless that is there already. */
async function install() {
  const wanted = readFileSync(join(site, "package-lock.json"), "utf8");
  const mark = join(site, "node_modules/.protoloom-lock.json");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  await timed("docs", "npm ci", () => {
    npm("ci", "--prefix", site, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  });
  writeFileSync(mark, wanted);
}

/** Runs a module on a Node that the generator supports. */
function node(args) {
  const isOld = Number(process.versions.node.split(".")[0]) < 24;
  const command = isOld ? ["scripts/on-node.mjs", "newest", "node", ...args] : args;
  const NODE_ENV = args.includes("dev") ? "development" : "production"; // whatever the caller's is
  const env = { ...process.env, NODE_ENV, ASTRO_TELEMETRY_DISABLED: "1" };
  const { status, error } = spawnSync(process.execPath, command, { cwd: root, env, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`"node ${args.join(" ")}" failed with exit code ${status}`);
}
