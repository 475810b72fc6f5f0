/**
 * Every package as npm would publish it: publint and "Are the types wrong?" find nothing, and its manifest leads a
 * reader of npm's page back to this repository.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { tarballProblems } from "../../scripts/tarball-problems.mjs";

jest.setTimeout(120_000); // npm, on a machine that may be busy

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly type: string; readonly url: string; readonly directory?: string };
  readonly workspaces?: readonly string[];
}

const root = join(import.meta.dirname, "../..");
const repository = manifestOf(".");
const folders = (repository.workspaces ?? []).flatMap((pattern) =>
  pattern.endsWith("/*")
    ? readdirSync(join(root, dirname(pattern))).map((name) => `${dirname(pattern)}/${name}`)
    : pattern,
);
const published = folders.filter((folder) => !manifestOf(folder).private);

const temporary = mkdtempSync(join(tmpdir(), "protoloom-published-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.each(published)("%s", (folder) => {
  test("publint and attw find nothing in the tarball", async () => {
    expect(await tarballProblems(pack(join(root, folder)))).toEqual([]);
  });

  test("has the fields that npm links to", () => {
    const { version, homepage, bugs, repository: source } = manifestOf(folder);
    const page = repository.homepage?.replace(/#readme$/, "");
    expect({ version, homepage, bugs, source }).toEqual({
      version: manifestOf(published[0]!).version,
      homepage: `${page}/tree/main/${folder}#readme`,
      bugs: repository.bugs,
      source: { ...repository.repository, directory: folder },
    });
  });
});

describe("the check of tarballs", () => {
  const broken = join(temporary, "broken");

  beforeAll(() => {
    mkdirSync(broken);
    const exports = { ".": { types: "./index.d.ts", default: "./index.js" }, "./missing": "./missing.js" };
    const manifest = { name: "broken", version: "1.0.0", type: "module", license: "Apache-2.0", exports };
    writeFileSync(join(broken, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(broken, "index.js"), "export const a = 1;\n");
    writeFileSync(join(broken, "index.d.ts"), 'export { b } from "./gone.js";\nexport declare const a: number;\n');
  });

  test("finds a file that is not there, and types that lead nowhere", async () => {
    const problems = await tarballProblems(pack(broken));
    expect(problems.join("\n")).toMatch(/publint FILE_DOES_NOT_EXIST/);
    expect(problems.join("\n")).toMatch(/attw InternalResolutionError/);
  });
});

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

/** The build is up to date already, so prepack has nothing to do. */
function pack(folder: string): string {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", temporary];
  const [{ filename }] = JSON.parse(execFileSync("npm", args, { cwd: folder, encoding: "utf8" }));
  return join(temporary, filename);
}
