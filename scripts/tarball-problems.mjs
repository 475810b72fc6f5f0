/** The problems that publint and "Are the types wrong?" find in a package as npm packs it. */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** Resolution modes that do not apply to a pure ES module package, as in attw's profile `esm-only`. */
const ignoredResolutions = {
  node10: "it ignores `exports`; TypeScript has deprecated it",
  "node16-cjs":
    "CommonJS loads these ES modules with require(), which Node does from 20.19 on and TypeScript allows from 5.8 on",
};

/** Returns one line for each problem of a tarball. */
export async function tarballProblems(path) {
  const data = new Uint8Array(readFileSync(path)); // its own buffer, because publint unpacks the whole buffer
  return [...(await publishing(data)), ...(await types(data))];
}

async function publishing(data) {
  const { messages, pkg } = await publint({ pack: { tarball: data.buffer }, strict: true, level: "suggestion" });
  return messages.map((message) => `publint ${message.code}: ${formatMessage(message, pkg, { color: false })}`);
}

async function types(data) {
  const tarball = createPackageFromTarballData(data);
  const { packageName } = tarball;
  const manifest = JSON.parse(tarball.readFile(`/node_modules/${packageName}/package.json`));
  if (manifest.exports === undefined && manifest.main === undefined) return []; // a command, whose templates are not types
  const found = await checkPackage(tarball);
  if (!found.types) return [];
  const hasCommonJs = tarball.listFiles().some((file) => file.endsWith("/cjs/package.json"));
  return found.problems
    .filter((each) => {
      const kind = "resolutionKind" in each ? each.resolutionKind : "";
      return hasCommonJs || !Object.hasOwn(ignoredResolutions, kind);
    })
    .map(({ kind, ...where }) => `attw ${kind}: ${JSON.stringify(where)}`);
}
