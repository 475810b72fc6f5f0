/**
 * Rules of validation, before and after. protovalidate-es judges every witness about its rules: valid for the writer, invalid
 * for the reader.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistry, type DescMessage, fromJsonString, type Registry } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { createValidator, type Validator } from "@bufbuild/protovalidate";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { schemaOf } from "../../plugins/protoc-gen-compat/src/baseline/changed.js";
import { parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { check } from "../../plugins/protoc-gen-compat/src/check/check.js";
import type { Finding } from "../../plugins/protoc-gen-compat/src/finding.js";
import { defaultPolicy, judge } from "../../plugins/protoc-gen-compat/src/policy/policy.js";
import type { Schema } from "../../plugins/protoc-gen-compat/src/schema.js";
import { writeDescriptors } from "../interop/protovalidate/descriptors.mjs";

const root = join(import.meta.dirname, "../..");
const pgv = join(root, "node_modules/@grpc/grpc-js-xds/deps/protoc-gen-validate");

/** tighter: old values are refused. looser: new values were refused. odd: cannot be compared. */
type Verdict = "tighter" | "looser" | "tighter looser" | "odd" | "same";

/** A field, its rules before and after, and what changed. The way back is tested too. */
const rows: readonly [field: string, before: string, after: string, verdict: Verdict][] = [
  ...["int32", "uint64", "sint64", "fixed32", "float", "double"].flatMap((type): (typeof rows)[number][] => [
    [type, "", `.${type}.gt = 5`, "tighter"],
    [type, `.${type}.gte = 5`, `.${type}.gt = 5`, "tighter"],
    [type, `.${type}.lt = 10`, `.${type}.lte = 10`, "looser"],
    [type, `.${type} = { gt: 1, lt: 9 }`, `.${type} = { gt: 2, lt: 10 }`, "tighter looser"],
    [type, `.${type} = { gt: 1, lt: 9 }`, `.${type} = { gt: 9, lt: 1 }`, "tighter looser"],
    [type, `.${type}.const = 3`, `.${type}.const = 4`, "tighter looser"],
    [type, `.${type} = { in: [1, 2, 3] }`, `.${type} = { in: [1, 2] }`, "tighter"],
    [type, `.${type} = { not_in: [1] }`, `.${type} = { not_in: [1, 2] }`, "tighter"],
    [type, `.${type} = { in: [1, 2] }`, `.${type} = { in: [2, 1] }`, "same"],
  ]),
  ["double", "", ".double.finite = true", "tighter"],
  ["bool", "", ".bool.const = true", "tighter"],
  ["string", "", '.string.const = "a"', "tighter"],
  ["string", ".string.min_len = 3", ".string.min_len = 5", "tighter"],
  ["string", ".string.max_len = 3", ".string.max_len = 5", "looser"],
  ["string", ".string = { min_len: 2, max_len: 3 }", ".string = { min_len: 3, max_len: 4 }", "tighter looser"],
  ["string", ".string.len = 3", ".string.len = 4", "tighter looser"],
  ["string", ".string.max_bytes = 3", ".string.max_len = 3", "looser"], // é has two bytes
  ["string", ".string.len_bytes = 2", ".string.len_bytes = 3", "tighter looser"],
  ["string", ".string.min_bytes = 2", ".string.min_bytes = 1", "looser"],
  ["string", '.string.pattern = "^[a-z]+$"', '.string.pattern = "^[a-z0-9]+$"', "looser"],
  ["string", "", '.string.pattern = "^[A-Z]{3}$"', "tighter"],
  ["string", '.string.pattern = "^(?P<x>a)$"', "", "looser"],
  ["string", '.string.pattern = "^(?=a)a$"', "", "odd"],
  // a pattern of a schema cannot make the check hang: RE2 takes linear time, backtracking would take 2^64 steps here
  ["string", "", '.string.pattern = "^(x+)+y$"', "tighter"],
  ["string", '.string.prefix = "a"', '.string.prefix = "ab"', "tighter"],
  ["string", '.string.suffix = "a"', '.string.suffix = "b"', "tighter looser"],
  ["string", "", '.string.contains = "x"', "tighter"],
  ["string", "", '.string.not_contains = "a"', "tighter"],
  ["string", '.string = { in: ["a"] }', '.string = { in: ["a", "b"] }', "looser"],
  ["string", '.string = { not_in: ["a"] }', '.string = { not_in: ["b"] }', "tighter looser"],
  ...[
    ...["email", "hostname", "ip", "ipv4", "ipv6", "uri", "uri_ref", "address", "uuid", "tuuid", "host_and_port"],
    ...["ip_with_prefixlen", "ipv4_with_prefixlen", "ipv6_with_prefixlen"],
  ].map((format): (typeof rows)[number] => ["string", "", `.string.${format} = true`, "tighter"]),
  ["string", ".string.ip = true", ".string.ipv4 = true", "tighter"],
  ["string", ".string.hostname = true", ".string.address = true", "looser"],
  ["bytes", "", ".bytes.min_len = 2", "tighter"],
  ["bytes", ".bytes.len = 2", ".bytes.len = 3", "tighter looser"],
  ["bytes", '.bytes.prefix = "a"', '.bytes.prefix = "\\\\xff"', "tighter looser"],
  ["bytes", "", '.bytes.contains = "x"', "tighter"],
  ["bytes", "", ".bytes.ipv4 = true", "tighter"],
  ["bytes", '.bytes = { in: ["a"] }', '.bytes = { in: ["b"] }', "tighter looser"],
  ["E", "", ".enum.defined_only = true", "tighter"],
  ["E", ".enum.const = 1", ".enum.const = 2", "tighter looser"],
  ["E", ".enum = { in: [0, 1] }", ".enum = { in: [0] }", "tighter"],
  ["E", "", ".enum = { not_in: [0] }", "tighter"],
  ["repeated string", "", ".repeated.min_items = 1", "tighter"],
  ["repeated string", ".repeated.max_items = 2", ".repeated.max_items = 3", "looser"],
  ["repeated string", "", ".repeated.unique = true", "tighter"],
  ["repeated int32", "", ".repeated.items.int32.gt = 5", "tighter"],
  [
    "repeated int32",
    ".repeated = { min_items: 2, items: { int32: { gt: 5 } } }",
    ".repeated = { min_items: 2, items: { int32: { gt: 4 } } }",
    "looser",
  ],
  [
    "repeated string",
    ".repeated = { min_items: 2, unique: true }",
    ".repeated = { min_items: 3, unique: true }",
    "tighter",
  ],
  ["map<string, int32>", "", ".map.min_pairs = 1", "tighter"],
  ["map<string, int32>", ".map.max_pairs = 1", ".map.max_pairs = 2", "looser"],
  ["map<string, int32>", "", ".map.keys.string.min_len = 2", "tighter"],
  ["map<string, int32>", ".map.values.int32.lt = 5", ".map.values.int32.lt = 6", "looser"],
  ["google.protobuf.Duration", "", ".duration.gt = { seconds: 1 }", "tighter"],
  ["google.protobuf.Duration", ".duration.lte = { seconds: 1 }", ".duration.lt = { seconds: 1 }", "tighter"],
  ["google.protobuf.Timestamp", ".timestamp.lt = { seconds: 100 }", ".timestamp.lt = { seconds: 101 }", "looser"],
  ["google.protobuf.Timestamp", "", ".timestamp.lt_now = true", "odd"],
  ["google.protobuf.Any", "", '.any = { in: ["type.googleapis.com/x.T"] }', "tighter"],
  ["string", "", ".required = true", "tighter"],
  ["optional string", "", ".required = true", "tighter"],
  ["T", "", ".required = true", "tighter"],
  ["repeated string", "", ".required = true", "tighter"],
  ["map<string, int32>", ".required = true", "", "looser"],
  [
    "string",
    ".string.min_len = 2",
    ".string.min_len = 2, (buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE",
    "looser",
  ],
  ["string", ".string.min_len = 2", ".string.min_len = 2, (buf.validate.field).ignore = IGNORE_ALWAYS", "looser"],
  ["optional string", ".string.min_len = 2", ".string.min_len = 1", "looser"],
  ["string", "", '.cel = { id: "a", message: "b", expression: "this != \'a\'" }', "odd"],
  [
    "string",
    '.cel = { id: "a", expression: "this != \'a\'" }',
    '.cel = { id: "a", expression: "this != \'a\'" }, (buf.validate.field).string.min_len = 1',
    "tighter",
  ],
];

const opposite: Readonly<Record<Verdict, Verdict>> = {
  tighter: "looser",
  looser: "tighter",
  "tighter looser": "tighter looser",
  odd: "odd",
  same: "same",
};

let folder: string;
beforeAll(() => {
  mkdirSync(join(root, ".cache/tmp"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/tmp/validation-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const common = 'syntax = "proto3";\npackage x;\nenum E { E_0 = 0; E_1 = 1; E_2 = 2; }\nmessage T { string a = 1; }\n';
const wkt = ["any", "duration", "timestamp"].map((name) => `import "google/protobuf/${name}.proto";\n`).join("");

/** Compiles a proto whose imports include the rules of one language. */
function compile(name: string, text: string, language: "buf" | "validate"): Schema {
  writeFileSync(join(folder, `${name}.proto`), text);
  const imports = join(folder, "imports.binpb");
  writeDescriptors(imports);
  const paths = [
    `--proto_path=${folder}`,
    ...(language === "buf" ? [`--descriptor_set_in=${imports}`] : [`--proto_path=${pgv}`]),
  ];
  const image = join(folder, `${name}.binpb`);
  const include = language === "buf" ? [] : [`--proto_path=${join(root, "node_modules/protoc/include")}`];
  const args = [...paths, ...include, "--include_imports", `--descriptor_set_out=${image}`, `${name}.proto`];
  const { status, stderr } = spawnSync(process.execPath, [join(root, "node_modules/protoc/protoc.cjs"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return schemaOf(parseImage(readFileSync(image), name));
}

function messages(side: 1 | 2, option: string): string {
  return rows
    .map(([field, ...rules], i) => {
      const rule = rules[side - 1] as string;
      return `message M${i} { ${field} f = 1${rule === "" ? "" : ` [(${option})${rule}]`}; }`;
    })
    .join("\n");
}

function byMessage(findings: readonly Finding[]): Map<string, Finding> {
  return new Map(
    findings
      .filter(({ rule }) => rule.endsWith("-validation"))
      .map((finding) => [finding.element.replace(/^x\.(\w+).*$/, "$1"), finding]),
  );
}

function verdictOf(finding: Finding | undefined): Verdict {
  const directions = finding?.effects.map(({ direction }) => (direction === "backward" ? "tighter" : "looser")) ?? [];
  if (directions.length > 0) return directions.join(" ") as Verdict;
  return finding?.verdict === "hazard" ? "odd" : "same";
}

function isValid(type: DescMessage, json: string, registry: Registry, validator: Validator): boolean {
  const result = validator.validate(type, fromJsonString(type, json, { registry }));
  if (result.kind === "error") throw result.error;
  return result.kind === "valid";
}

describe("rules of buf.validate", () => {
  let sides: { before: Schema; after: Schema };

  beforeAll(() => {
    const text = (side: 1 | 2) =>
      `${common.replace("\nenum", `\n${wkt}import "buf/validate/validate.proto";\nenum`)}${messages(side, "buf.validate.field")}`;
    sides = { before: compile("before", text(1), "buf"), after: compile("after", text(2), "buf") };
  });

  test.each(["forth", "back"])("%s: each change is judged, and protovalidate confirms each witness", (way) => {
    const [previous, next] = way === "forth" ? [sides.before, sides.after] : [sides.after, sides.before];
    const found = byMessage(check(previous, next));
    const registry = createRegistry(EmptySchema, previous.messages.get("x.T")!);
    const validator = createValidator({ registry });
    const wrong: unknown[] = [];
    let witnesses = 0;
    for (const [i, [field, before, after, forth]] of rows.entries()) {
      const finding = found.get(`M${i}`);
      const expected = way === "forth" ? forth : opposite[forth];
      const got = verdictOf(finding);
      if (got !== expected) wrong.push([way, field, before, after, { expected, got, text: finding?.text }]);
      for (const { direction, witness } of finding?.effects ?? []) {
        const [writer, reader] = direction === "backward" ? [previous, next] : [next, previous];
        const [valid, invalid] = [writer, reader].map((schema) =>
          isValid(schema.messages.get(`x.M${i}`)!, witness!.data, registry, validator),
        );
        witnesses++;
        if (!valid || invalid) wrong.push([way, field, before, after, witness, { valid, invalid }]);
      }
    }
    expect(wrong).toEqual([]);
    expect(witnesses).toBeGreaterThan(100);
  });
});

describe("a validation rule", () => {
  const change = (before: string, after: string) => {
    const text = (body: string) =>
      `${common.replace("\nenum", '\nimport "buf/validate/validate.proto";\nenum')}${body}`;
    const found = check(compile("one", text(before), "buf"), compile("other", text(after), "buf"));
    return judge(found, defaultPolicy)
      .findings.filter(({ rule }) => rule.endsWith("-validation"))
      .map(
        ({ severity, text, effects }) =>
          `${severity}: ${text} | ${effects.map(({ witness }) => `${witness!.data} ${witness!.read}`).join(", ")}`,
      );
  };

  test.each([
    [
      "message M { string a = 1 [(buf.validate.field).string.min_len = 1]; }",
      "message M { string a = 1 [(buf.validate.field).string.min_len = 3]; }",
      'error: field x.M.a is validated more strictly, by string.min_len | {"a":"a"} refused by string.min_len',
    ],
    [
      "message M { string a = 1 [(buf.validate.field).string.min_len = 3]; }",
      "message M { string a = 1; }",
      'warning: field x.M.a is validated less strictly: string.min_len no longer refuses as much | {"a":"aa"} refused by string.min_len',
    ],
    [
      "message M { int32 b = 2; }",
      "message M { int32 b = 2; string a = 1 [(buf.validate.field).required = true]; }",
      "error: field x.M.a is validated more strictly, by required | {} refused by required",
    ],
    [
      "message M { oneof o { string a = 1; } }",
      "message M { oneof o { option (buf.validate.oneof).required = true; string a = 1; } }",
      "error: message x.M requires one of oneof o | {} refused by o is required",
    ],
    [
      "message M { oneof o { option (buf.validate.oneof).required = true; string a = 1; } }",
      "message M { oneof o { string a = 1; } }",
      "warning: message x.M no longer requires one of oneof o | {} refused by o is required",
    ],
    [
      'message M { option (buf.validate.message).cel = { id: "a", expression: "true" }; string a = 1; }',
      'message M { option (buf.validate.message).cel = { id: "a", expression: "false" }; string a = 1; }',
      "warning: message x.M changed validation rules that cannot be compared: cel | ",
    ],
    [
      'message M { string a = 1 [(buf.validate.field).cel = { id: "a", expression: "true" }]; }',
      'message M { string a = 1 [(buf.validate.field).cel = { id: "a", expression: "false" }]; }',
      "warning: field x.M.a changed validation rules that cannot be compared: cel | ",
    ],
  ])("%s → %s", (before, after, expected) => {
    expect(change(before, after)).toEqual([expected]);
  });
});

test("rules of protoc-gen-validate are judged alike", () => {
  const pgvRows = [
    ["int32 f = 1", "int32.gt = 5", "int32.gt = 6", "tighter"],
    ["string f = 1", "string.len = 3", "string.len = 4", "tighter looser"],
    ["string f = 1", "string.email = true", 'string.pattern = "^a"', "tighter looser"],
    ["string f = 1", "string.well_known_regex = HTTP_HEADER_NAME", "string.min_len = 0", "odd"],
    ["T f = 1", "message.required = false", "message.required = true", "tighter"],
    ["repeated int32 f = 1", "repeated.min_items = 2", "repeated.min_items = 1", "looser"],
    ["E f = 1", "enum.defined_only = false", "enum.defined_only = true", "tighter"],
    ["google.protobuf.Duration f = 1", "duration.required = true", "duration.required = false", "looser"],
    ["map<string, string> f = 1", "map.min_pairs = 1", "map.min_pairs = 2", "tighter"],
  ] as const;
  const text = (side: 1 | 2) =>
    `${common.replace("\nenum", `\n${wkt}import "validate/validate.proto";\nenum`)}${pgvRows
      .map((row, i) => `message M${i} { ${row[0]} [(validate.rules).${row[side]}]; }`)
      .join("\n")}\nmessage O { oneof o { ${side === 2 ? "option (validate.required) = true;" : ""} string a = 1; } }`;
  const found = byMessage(check(compile("pgv-before", text(1), "validate"), compile("pgv-after", text(2), "validate")));
  expect(pgvRows.map(([field, before, after], i) => [field, before, after, verdictOf(found.get(`M${i}`))])).toEqual(
    pgvRows.map((row) => [...row]),
  );
  expect(found.get("O")?.text).toBe("message x.O requires one of oneof o");
});

test("ignore_empty of protoc-gen-validate lets the zero value pass", () => {
  const rules =
    'syntax = "proto2"; package validate; import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { optional FieldRules rules = 1071; }' +
    "message FieldRules { optional StringRules string = 14; } message StringRules { optional uint64 min_len = 2; optional bool ignore_empty = 26; }";
  writeFileSync(join(folder, "newer.proto"), rules); // the package of npm has an older file, which does not have it
  const text = (more: string) =>
    `${common.replace("\nenum", '\nimport "newer.proto";\nenum')}message M { string a = 1 [(validate.rules).string = { min_len: 3 ${more} }]; }`;
  const sides = [
    compile("less", text(""), "validate"),
    compile("more", text("ignore_empty: true"), "validate"),
  ] as const;
  expect(verdictOf(byMessage(check(...sides)).get("M"))).toBe("looser");
});
