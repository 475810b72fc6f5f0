/** `--fix` on the whole corpus, in both directions: what it writes compiles, and nothing that it fixed is left. */
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Image, parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { writeFixes } from "../../plugins/protoc-gen-compat/src/edge/write-fixes.js";
import type { Finding } from "../../plugins/protoc-gen-compat/src/finding.js";
import { reservationsOf } from "../../plugins/protoc-gen-compat/src/fix.js";
import { gate } from "../../plugins/protoc-gen-compat/src/gate.js";
import { defaultPolicy, type Policy } from "../../plugins/protoc-gen-compat/src/policy/policy.js";
import type { Report } from "../../plugins/protoc-gen-compat/src/report.js";
import { compileSide, corpus, readCases } from "./corpus.mjs";

const scratch = join(import.meta.dirname, "../../.cache/compat/fix");
const cases = readCases();
/** Without what breaks whatever is reserved: strict readers, the text format, and source code that names a removed field. */
const policy: Policy = { ...defaultPolicy, surfaces: new Set(["binary", "json", "rpc"]) };

/** Another field has its number, so that only its name can be reserved. */
const NUMBER_IN_USE = "c.field_number_reused.M.b";

type Side = "before" | "after";

describe.each<[from: Side, to: Side]>([
  ["before", "after"],
  ["after", "before"],
])("--fix on the way from %s to %s", (from, to) => {
  const previous = load(corpus.images[from]);
  const first = report(previous, load(corpus.images[to]));
  const fixable = first.entries.filter(({ finding }) => finding.suggestion !== undefined);
  const folder = join(scratch, to);

  test("leaves none of what it fixed, adds no finding, and has nothing more to fix", () => {
    expect(fixable.length).toBeGreaterThan(10);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    cpSync(corpus.sources[to], folder, { recursive: true });
    const image = load(corpus.images[to]);
    writeFixes(folder, reservationsOf(first, image), image);
    const fixedImage = join(scratch, `${to}.binpb`);
    compileSide(cases, to, folder, fixedImage);
    const second = report(previous, load(fixedImage));
    const loud = louder(second);
    const fixed = fixable.filter(
      ({ finding }) => finding.effects.every(isHarmless) && finding.element !== NUMBER_IN_USE,
    );
    expect(fixed.length).toBeGreaterThan(5);
    expect(fixed.flatMap(({ finding: { element } }) => loud.get(element) ?? [])).toEqual([]);
    expect(second.entries.filter(({ finding }) => finding.suggestion !== undefined)).toEqual([]);
    expect(second.entries.filter(({ finding }) => finding.text.includes("without reserving"))).toEqual([]);
    const before = louder(first);
    expect([...loud.keys()].filter((element) => !before.has(element))).toEqual([]);
  });
});

/** Whether only the missing reservation makes it a hazard. */
function isHarmless({ verdict }: Finding["effects"][number]): boolean {
  return verdict === "safe" || verdict === "extends";
}

function load(file: string): Image {
  return parseImage(readFileSync(file), file);
}

function report(previous: Image, next: Image): Report {
  return gate([{ name: "before", image: previous }], next, { policy, seed: 1 });
}

/** The findings that fail or are to be reviewed, by element. */
function louder({ entries }: Report): Map<string, string> {
  const loud = entries.filter(({ finding }) => finding.severity === "error" || finding.severity === "warning");
  return new Map(loud.map(({ finding: { element, rule, text } }) => [element, `${rule}: ${text}`]));
}
