/** The manifests of the examples. `npm run test:e2e -- examples` installs and runs them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { currentVersion, exampleManifests } from "../../scripts/versions.mjs";

const root = join(import.meta.dirname, "../..");
const list = readFileSync(join(root, "examples/README.md"), "utf8");

interface Manifest {
  readonly name: string;
  readonly private: boolean;
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

describe.each(exampleManifests().map((path): [string, string] => [dirname(path).slice("examples/".length), path]))(
  "%s",
  (name, path) => {
    const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;

    test("names exact versions, and ours as they are here", () => {
      const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
      expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
      const ours = all.filter(([each]) => /^(?:@protoloom\/|protoloom$)/.test(each));
      expect(ours.length).toBeGreaterThan(0);
      for (const [each, version] of ours) expect([each, version]).toEqual([each, currentVersion()]);
    });

    test("has a test of its own, says which Node it needs, and is never published", () => {
      expect(manifest).toMatchObject({ name: `protoloom-example-${name}`, private: true });
      expect(manifest.engines.node).toMatch(/^>=\d+/);
      expect(Object.keys(manifest.scripts)).toContain("test");
      expect(readdirSync(join(root, "examples", name, "test")).length).toBeGreaterThan(0);
    });

    test("has a README whose files are there, and a row in the list", () => {
      const folder = join(root, "examples", name);
      const readme = readFileSync(join(folder, "README.md"), "utf8");
      const named = Array.from(readme.matchAll(/`([\w.[\]-]+(?:\/[\w.[\]-]+)+)\/?`/g), ([, file]) => file!);
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((each) =>
        each.replaceAll("\\", "/"),
      );
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((file) => !files.includes(file))).toEqual([]);
      expect(list).toContain(`| [${name}](${name}) |`);
    });
  },
);
