/** `npm run release`: versions and the changelog. The rest of it is rehearsed in .ci/run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { closeSection, notesOf } from "../../scripts/changelog.mjs";
import { currentVersion, exampleManifests, nextVersion, withVersion } from "../../scripts/versions.mjs";

const root = join(import.meta.dirname, "../..");

describe("the version", () => {
  test.each([
    ["patch", "1.2.4"],
    ["minor", "1.3.0"],
    ["major", "2.0.0"],
    ["1.2.3", "1.2.3"],
    ["1.3.0-rc.1", "1.3.0-rc.1"],
  ])("1.2.3 and %s make %s", (wanted, version) => {
    expect(nextVersion("1.2.3", wanted)).toBe(version);
  });

  test.each([
    [undefined, 'invalid version "": expected patch, minor, major, prerelease, or one such as 1.3.0'],
    ["next", 'invalid version "next"'],
    ["1.2", 'invalid version "1.2"'],
    ["1.2.2", "version 1.2.2 is older than 1.2.3, which the packages have"],
  ])("%s is refused", (wanted, message) => {
    expect(() => nextVersion("1.2.3", wanted)).toThrow(message);
  });

  test("is in every manifest, in the lock, and where packages depend on each other", () => {
    const texts = withVersion("97.0.1");
    const read = (path: string): string => readFileSync(join(root, path), "utf8");
    const folders = Object.keys(JSON.parse(read("package-lock.json")).packages).filter((path) =>
      /^(runtime|plugins|cli|control-plane|create|migrate)\b/.test(path),
    );
    const manifests = folders.map((folder) => `${folder}/package.json`);
    expect([...texts.keys()]).toEqual([...manifests, ...exampleManifests(), "package-lock.json"]);
    for (const [path, text] of texts) {
      // Back with the old version, it is the file as it was: nothing else changes, and no place of it is forgotten.
      expect([path, text.replaceAll('"97.0.1"', `"${currentVersion()}"`)]).toEqual([path, read(path)]);
      expect([path, new RegExp(`"@?protoloom(/[\\w-]+)?": "${currentVersion()}"`).test(text)]).toEqual([path, false]);
    }
  });
});

describe("the changelog", () => {
  const before = "# Changelog\n\n## Unreleased\n\n- A thing.\n\n## 0.1.0 (2026-01-02)\n\n- The first.\n";

  test("of this repository has a place for what comes next", () => {
    const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
    expect(text).toMatch(/^## Unreleased$/m);
  });

  test("gives its unreleased section the version and the day", () => {
    const after = closeSection(before, "0.2.0", "2026-03-04");
    expect(after).toBe(before.replace("## Unreleased\n", "## Unreleased\n\n## 0.2.0 (2026-03-04)\n"));
    expect(notesOf(after, "0.2.0")).toBe("- A thing.");
    expect(notesOf(after, "0.1.0")).toBe("- The first.");
    expect(notesOf(after, "Unreleased")).toBeUndefined();
    expect(notesOf(after, "0.3.0")).toBeUndefined();
  });
});
