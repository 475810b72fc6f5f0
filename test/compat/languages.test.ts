/** The rules for source code in Go, Java, Python and C++. `npm run test:e2e -- languages` compiles their witnesses. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Image, parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { languageSurfaces, type Surface } from "../../plugins/protoc-gen-compat/src/finding.js";
import { gate } from "../../plugins/protoc-gen-compat/src/gate.js";
import { defaultPolicy } from "../../plugins/protoc-gen-compat/src/policy/policy.js";
import type { Report } from "../../plugins/protoc-gen-compat/src/report.js";
import { expectFile } from "../golden.js";
import { compileLanguages, languageCases, languagesFolder } from "./languages.mjs";

let before: Image;
let after: Image;

beforeAll(() => {
  mkdirSync(languagesFolder, { recursive: true });
  compileLanguages();
  [before, after] = ["before", "after"].map((side) => {
    const file = join(languagesFolder, `${side}.binpb`);
    return parseImage(readFileSync(file), file);
  }) as [Image, Image];
});

function report(surfaces: readonly Surface[], previous = before, next = after): Report {
  const policy = { ...defaultPolicy, surfaces: new Set(surfaces) };
  return gate([{ name: "before", image: previous }], next, { policy, seed: 1 });
}

/** The last line that is no brace. */
function codeOf(program: string): string {
  const lines = program.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.length > 1).at(-1)!;
}

describe("source code in other languages", () => {
  test("has the findings of the golden file", () => {
    const { entries } = report(languageSurfaces);
    const lines = entries.flatMap(({ finding: { rule, text, effects } }) =>
      effects.map(
        ({ surface, witness }) => `${surface} ${rule}: ${text} | ${codeOf(witness!.data)} | ${witness!.read}`,
      ),
    );
    expectFile(join(import.meta.dirname, "golden/languages.txt"), `${lines.sort().join("\n")}\n`);
  });

  test("is silent where nothing has changed that a language shows", () => {
    const found = report(languageSurfaces)
      .entries.filter(({ finding }) => finding.effects.length > 0)
      .map(({ finding }) => finding.element);
    for (const name of [
      "unchanged",
      "options_of_no_language",
      "enum_value_aliased",
      "field_renumbered",
      "field_int32_to_sint32",
    ]) {
      expect(languageCases.some(({ id }) => id.replaceAll("-", "_") === `source/${name}`)).toBe(true);
      expect(
        found.filter((element) => element.includes(`source_${name}.`) || element.includes(name.replaceAll("_", "-"))),
      ).toEqual([]);
    }
    expect(report(languageSurfaces, before, before).entries).toEqual([]);
  });

  test("does not count unless a configuration names the language", () => {
    const rules = ({ entries }: Report): string[] =>
      entries.flatMap(({ finding }) => [finding.rule, ...(finding.also ?? []).map(({ rule }) => rule)]);
    expect(rules(report([...defaultPolicy.surfaces])).filter((rule) => rule.startsWith("source-"))).toEqual([]);
    const only = report(["java"]).entries.flatMap(({ finding }) => finding.effects.map(({ surface }) => surface));
    expect(new Set(only)).toEqual(new Set(["java"]));
  });
});
