/** What a team's policy makes of a change: of small pairs of protos, as `protoloom check` would judge them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadInput } from "../../plugins/protoc-gen-compat/src/edge/load.js";
import { gate } from "../../plugins/protoc-gen-compat/src/gate.js";
import { parseConfig } from "../../plugins/protoc-gen-compat/src/policy/config.js";
import type { Report } from "../../plugins/protoc-gen-compat/src/report.js";
import { summary } from "../../plugins/protoc-gen-compat/src/report.js";

const root = join(import.meta.dirname, "../..");
let folder: string;

beforeAll(() => {
  mkdirSync(join(root, ".cache/tmp"), { recursive: true }); // below the repository, so that its compiler is found
  folder = mkdtempSync(join(root, ".cache/tmp/policy-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The report on a change of a proto3 file, under a compat.yaml. */
function judged(before: string, after: string, yaml: unknown = {}): Report {
  const images = { before, after };
  for (const [side, text] of Object.entries(images)) {
    mkdirSync(join(folder, side), { recursive: true });
    writeFileSync(join(folder, side, "x.proto"), `syntax = "proto3";\npackage x.v1;\n${text}\n`);
  }
  const from = { cwd: folder };
  const { policy } = parseConfig(yaml, "compat.yaml", "2026-12-01");
  return gate([{ name: "before", image: loadInput("before", from) }], loadInput("after", from), { policy, seed: 1 });
}

function severities(report: Report): string[] {
  return report.entries.map(({ finding: { rule, severity } }) => `${severity} ${rule}`);
}

const data = { surfaces: ["binary", "rpc"] };

describe("on binary alone", () => {
  test.each([
    ["enum values that are swapped", "A = 1; B = 2;", "A = 2; B = 1;"],
    ["an enum value that is renumbered", "A = 5;", "A = 25;"],
  ])(
    "fails on %s",
    (_, old, now) => {
      const enumOf = (values: string) => `enum E { Z = 0; ${values} } message M { E a = 1; }`;
      const report = judged(enumOf(old), enumOf(now), data);
      expect(report.judgement.failed).toBe(true);
      const [effect] = report.entries[0]!.finding.effects;
      expect(effect).toMatchObject({ surface: "binary", direction: "backward" });
      expect(effect!.witness!.written).toContain("A (");
      expect(effect!.witness!.read).not.toContain("A (");
    },
    60_000,
  );

  test("loses one of two enum fields that move into a oneof, where both are set", () => {
    const enums = "enum E { Z = 0; A = 1; }";
    const report = judged(
      `${enums} message M { E kind = 1; E state = 2; }`,
      `${enums} message M { oneof o { E kind = 1; E state = 2; } }`,
      data,
    );
    const backward = report.entries
      .flatMap(({ finding }) => finding.effects)
      .find((each) => each.direction === "backward");
    expect(backward?.witness).toMatchObject({ data: "08011001", read: "{ state: A (1) }" });
  }, 60_000);

  test("reads a map and a list of its entries alike", () => {
    const types = "message T { int32 v = 1; } message Entry { string key = 1; T value = 2; }";
    const report = judged(
      `${types} message M { map<string, T> m = 1; }`,
      `${types} message M { repeated Entry m = 1; }`,
      data,
    );
    expect(report.entries.map(({ finding }) => finding.rule)).toEqual(["field-cardinality"]);
    // A map has each key once, a list may have it twice.
    expect(report.entries[0]!.finding.effects.map(({ direction }) => direction)).toEqual(["forward", "proxy"]);
  }, 60_000);

  test("takes one field that moves into a new oneof as it takes a field that becomes optional", () => {
    const before = "message U { uint32 ref = 1; bytes value = 2; }";
    const moved = judged(before, "message U { uint32 ref = 1; oneof val { bytes value = 2; string s = 4; } }", data);
    const optional = judged(before, "message U { uint32 ref = 1; optional bytes value = 2; }", data);
    for (const report of [moved, optional]) {
      expect(report.judgement.failed).toBe(false);
      expect(severities(report)).toContain("warning field-presence");
      expect(summary(report)).toContain("0 breaking");
      expect(report.judgement.bump).toBe("minor");
    }
  }, 60_000);
});

test("a witness shows a difference", () => {
  const { entries } = judged("message M { bool a = 1; }", "message M { string a = 1; }");
  const witnesses = entries.flatMap(({ finding }) => finding.effects.flatMap(({ witness }) => witness ?? []));
  expect(witnesses.length).toBeGreaterThan(5);
  expect(witnesses.filter(({ written, read }) => written === read)).toEqual([]);
  expect(witnesses[0]).toMatchObject({ data: "0801", written: "{ a: true }", read: "{}" });
}, 60_000);

test("a new enum value asks for a minor version", () => {
  const enumOf = (values: string) => `enum E { Z = 0; ${values} } message M { E a = 1; }`;
  const report = judged(enumOf("A = 1;"), enumOf("A = 1; B = 2;"));
  expect([report.judgement.failed, report.judgement.bump]).toEqual([false, "minor"]);
}, 60_000);
