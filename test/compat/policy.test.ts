/** A team's policy applied to changes: small pairs of protos, judged as by `protoloom check`. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadInput } from "../../plugins/protoc-gen-compat/src/edge/load.js";
import { formats } from "../../plugins/protoc-gen-compat/src/formats/index.js";
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

/** The report on a change of a proto3 file, under a compat.yaml; `beside` writes other files into the folder of a side. */
function judged(
  before: string,
  after: string,
  yaml: unknown = {},
  beside: (side: string, folder: string) => void = () => {},
): Report {
  const images = { before, after };
  for (const [side, text] of Object.entries(images)) {
    rmSync(join(folder, side), { recursive: true, force: true });
    mkdirSync(join(folder, side), { recursive: true });
    beside(side, join(folder, side));
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

  test("tells keys of 64 bits apart that are the same as numbers", () => {
    const map = (key: string) => `message M { sint32 f1 = 1; map<${key}, double> f2 = 2; }`;
    const { entries } = judged(map("uint64"), map("int64"), { surfaces: ["binary"], directions: ["proxy"] });
    expect(entries.flatMap(({ finding }) => finding.effects)).toEqual([]);
  }, 60_000);

  test("takes one field that moves into a new oneof as it takes a field that becomes optional", () => {
    const before = "message U { uint32 ref = 1; bytes value = 2; }";
    const moved = judged(before, "message U { uint32 ref = 1; oneof val { bytes value = 2; string s = 4; } }", data);
    const optional = judged(before, "message U { uint32 ref = 1; optional bytes value = 2; }", data);
    for (const report of [moved, optional]) {
      expect(report.judgement.failed).toBe(false);
      expect(severities(report)[0]).toMatch(/^warning field-(oneof|presence)$/);
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

test("a new enum value needs a minor version", () => {
  const enumOf = (values: string) => `enum E { Z = 0; ${values} } message M { E a = 1; }`;
  const report = judged(enumOf("A = 1;"), enumOf("A = 1; B = 2;"));
  expect([report.judgement.failed, report.judgement.bump]).toEqual([false, "minor"]);
}, 60_000);

describe("google.api.http", () => {
  const service = (rule: string) =>
    `import "google/api/annotations.proto"; message M { string id = 1; } service S { rpc Get(M) returns (M) { option (google.api.http) = { ${rule} }; } }`;
  const change = (before: string, after: string) => {
    const report = judged(service(before), service(after), {}, (_, side) => {
      for (const file of ["google/api/annotations.proto", "google/api/http.proto"])
        cpSync(join(root, "node_modules/google-proto-files", file), join(side, file), { recursive: true });
    });
    return report.entries.map(({ finding: { severity, text } }) => `${severity}: ${text}`);
  };

  test.each([
    ['get: "/v1/books/{id}"', 'get: "/v2/books/{id}"'],
    ['get: "/v1/books/{id}" additional_bindings { get: "/v1/b/{id}" }', 'get: "/v1/b/{id}"'],
    ['get: "/v1/books/{id}"', 'delete: "/v1/books/{id}"'],
  ])("%s → %s breaks, and shows both", (before, after) => {
    const [text, ...more] = change(before, after);
    expect(more).toEqual([]);
    expect(text).toMatch(/^error: rpc x\.v1\.S\.Get no longer accepts GET \/v1\/books\/\{id\}; it accepts \w+ \/v/);
  });

  test("a binding that is added breaks nothing", () => {
    const before = 'get: "/v1/books/{id}"';
    expect(change(before, `${before} additional_bindings { get: "/v1/b/{id}" }`)).toEqual([
      "info: rpc x.v1.S.Get accepts GET /v1/b/{id} too",
    ]);
  });
});

test("a removed file is one finding, with what was in it", () => {
  const file = 'syntax = "proto3";\npackage x.v1;\nmessage N { string a = 1; }\nenum F { Z = 0; }\n';
  const same = "message M { string a = 1; }";
  const { entries } = judged(same, same, {}, (side, path) => {
    if (side === "before") writeFileSync(join(path, "gone.proto"), file);
  });
  expect(entries.map(({ finding }) => finding.rule)).toEqual(["file-removed"]);
  expect(entries[0]!.finding.also!.map(({ rule }) => rule).sort()).toEqual(["enum-removed", "message-removed"]);
}, 60_000);

test("a place has one finding, which says what else is there", () => {
  const enums = "enum E { Z = 0; A = 1; }";
  const { entries } = judged(
    `${enums} message M { E kind = 1; E state = 2; }`,
    `${enums} message M { oneof o { E kind = 1; E state = 2; } }`,
  );
  expect(entries.map(({ finding }) => finding.element)).toEqual(["x.v1.M.kind", "x.v1.M.state"]);
  expect(entries[0]!.finding.also).toHaveLength(1);
}, 60_000);

test("no surfaces at all are refused", () => {
  expect(() => parseConfig({ surfaces: [] }, "compat.yaml", "2026-12-01")).toThrow("surfaces is empty");
});

describe("a policy for parts of a schema", () => {
  const [before, after] = ["message M { string a = 1; }", "message M { string a = 2; }"];
  const severity = (yaml: unknown) => judged(before, after, yaml).entries.map(({ finding }) => finding.severity);

  test.each([
    [{}, ["error"]],
    [{ ignore: ["x.proto"] }, []],
    [{ ignore: ["y.proto"] }, ["error"]],
    [{ scopes: [{ packages: ["x"], severity: "warning" }] }, ["warning"]],
    [{ scopes: [{ packages: ["x.v1"], severity: { "field-number": "info" } }] }, ["info"]],
    [{ scopes: [{ packages: ["x.v2"], severity: "off" }] }, ["error"]],
    [{ scopes: [{ paths: ["x.proto"], severity: { "field-name": "off" } }] }, ["error"]],
  ])("%j", (yaml, expected) => {
    expect(severity(yaml)).toEqual(expected);
  });

  test("counts only the directions that data goes", () => {
    const effects = (directions: string[]) =>
      judged("message M { int64 a = 1; }", "message M { int32 a = 1; }", { ...data, directions }).entries.length;
    expect([effects(["backward"]), effects(["forward"])]).toEqual([1, 0]);
    expect(() => effects([])).toThrow("directions is empty");
    expect(() => severity({ scopes: [{ severity: "off" }] })).toThrow("scopes[0]: expected paths or packages");
  });
});

describe("roles", () => {
  const rpc = (type: string) =>
    `message Ask { ${type} a = 1; } message Answer { ${type} b = 1; } message Kept { ${type} c = 1; } message Both { ${type} d = 1; }
     service S { rpc Get(Ask) returns (Answer); rpc Put(Both) returns (Both); }`;
  const directions = (yaml: object, from = "int64", to = "int32") =>
    Object.fromEntries(
      judged(rpc(from), rpc(to), { surfaces: ["binary"], ...yaml }).entries.map(({ finding }) => [
        finding.element.slice("x.v1.".length),
        [...new Set(finding.effects.map(({ direction }) => direction))].join(" ") || finding.severity,
      ]),
    );

  test("do not count unless they are configured", () => {
    const all = "backward proxy";
    expect(directions({})).toEqual({ "Ask.a": all, "Answer.b": all, "Kept.c": all, "Both.d": all });
  });

  test("count for messages that only requests or only responses hold, by who is deployed first", () => {
    const all = "backward proxy";
    expect(directions({ roles: { rpc: { deployed_first: "servers" } } })).toEqual({
      "Ask.a": "backward",
      "Answer.b": "info", // old servers write no old data for new clients
      "Kept.c": all,
      "Both.d": all,
    });
    expect(directions({ roles: { rpc: { deployed_first: "clients" } } })).toMatchObject({
      "Ask.a": "info",
      "Answer.b": "backward",
    });
  });

  test("count for messages and packages that are only sent or only received", () => {
    expect(directions({ roles: { sent: ["x.v1.Kept"], received: ["x.v1.Both"] } })).toEqual({
      "Ask.a": "backward proxy",
      "Answer.b": "backward proxy",
      "Kept.c": "info",
      "Both.d": "backward",
    });
    expect(new Set(Object.values(directions({ roles: { sent: ["x"] } })))).toEqual(new Set(["info"]));
    expect(Object.keys(directions({ roles: { sent: ["x.v"] } }))).toHaveLength(4); // a whole name
  });

  test("say so in every report", () => {
    const yaml = { surfaces: ["binary"], roles: { rpc: { deployed_first: "servers" }, received: ["x.v1.Kept"] } };
    const report = judged(rpc("int64"), rpc("int32"), yaml);
    const why = report.entries.map(({ finding: { element, role } }) => `${element}: ${role}`).sort();
    expect(why).toEqual([
      "x.v1.Answer.b: only responses hold it, and servers are deployed first: new data, old readers",
      "x.v1.Ask.a: only requests hold it, and servers are deployed first: old data, new readers",
      "x.v1.Both.d: undefined",
      "x.v1.Kept.c: x.v1.Kept is only received: old data, new readers",
    ]);
    for (const name of ["text", "html", "json", "markdown"])
      expect(String(formats[name]!.format(report))).toContain("only requests hold it, and servers are deployed first");
  });

  test.each([
    [{ sends: [] }, "compat.yaml: roles: sends is unknown: expected rpc, sent, received"],
    [{ rpc: true }, "compat.yaml: roles: rpc: expected a mapping, got true"],
    [
      { rpc: { deployed_first: "both" } },
      'compat.yaml: roles: rpc: deployed_first: expected servers, clients, got "both"',
    ],
    [{ sent: "x" }, 'compat.yaml: roles: sent: expected a list, got "x"'],
  ])("%j is refused", (roles, message) => {
    expect(() => parseConfig({ roles }, "compat.yaml", "2026-12-01")).toThrow(message);
  });
});
