/** Every rule on every case of the corpus. The golden file says what is found. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { changedSchemas, schemaOf } from "../../plugins/protoc-gen-compat/src/baseline/changed.js";
import { type Image, parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { check } from "../../plugins/protoc-gen-compat/src/check/check.js";
import type { Effect, Finding } from "../../plugins/protoc-gen-compat/src/finding.js";
import { type Layout, messageLayout } from "../../plugins/protoc-gen-compat/src/layout.js";
import { bufJson, bufText, checkLikeBuf } from "../../plugins/protoc-gen-compat/src/profiles/buf/check.js";
import { parseBufConfig } from "../../plugins/protoc-gen-compat/src/profiles/buf/config.js";
import { rules } from "../../plugins/protoc-gen-compat/src/rules/index.js";
import type { Schema } from "../../plugins/protoc-gen-compat/src/schema.js";
import { readJson } from "../../plugins/protoc-gen-compat/src/witness/json.js";
import { showState } from "../../plugins/protoc-gen-compat/src/witness/show.js";
import type { Read } from "../../plugins/protoc-gen-compat/src/witness/state.js";
import { readText } from "../../plugins/protoc-gen-compat/src/witness/text.js";
import { passedOn } from "../../plugins/protoc-gen-compat/src/witness/trial.js";
import { decode } from "../../plugins/protoc-gen-compat/src/witness/wire.js";
import { expectFile } from "../golden.js";
import { corpus } from "./corpus.mjs";

const golden = join(import.meta.dirname, "golden/findings.txt");
const { images, bufImages } = corpus;

let before: Image;
let after: Image;
let findings: Finding[];
let back: Finding[];

beforeAll(() => {
  before = parseImage(readFileSync(images.before), "before");
  after = parseImage(readFileSync(images.after), "after");
  findings = checkImages(before, after);
  back = checkImages(after, before);
});

describe("the corpus", () => {
  test("has the findings of the golden file", () => {
    const text = `${findings.map(line).join("\n")}\n`;
    expectFile(golden, text);
  });

  test("is silent where nothing has changed", () => {
    for (const file of [images.before, images.after]) {
      const [one, other] = [file, file].map((path) => schemaOf(parseImage(readFileSync(path), path)));
      expect(check(one!, other!)).toEqual([]); // of two images, which share nothing
    }
  });

  test("has the same findings whether files that have not changed are left out or not", () => {
    expect(check(schemaOf(before), schemaOf(after))).toEqual(findings);
  });

  test("has a case for every rule", () => {
    const found = new Set([...findings, ...back].map(({ rule }) => rule));
    const folded = (id: string): boolean => /^(typescript|source)-/.test(id); // languages.test.ts has the latter
    expect(rules.map(({ id }) => id).filter((id) => !found.has(id) && !folded(id))).toEqual([]);
  });

  test("proves every break with a witness", () => {
    const unproved = [...findings, ...back].filter(
      ({ verdict, effects }) =>
        (verdict === "breaking" || verdict === "conditional") && !effects.some(({ witness }) => witness),
    );
    expect(unproved.map(line)).toEqual([]);
  });

  test("has witnesses that reproduce, read by the whole type of the other version", () => {
    const replayed = [
      ...findings.flatMap((finding) => replay(finding, before, after)),
      ...back.flatMap((finding) => replay(finding, after, before)),
    ];
    expect(replayed.length).toBeGreaterThan(1500);
    expect(replayed.filter(({ read, again }) => read !== again)).toEqual([]);
  });

  test("has the same findings in the same order each time", () => {
    expect(checkImages(before, after)).toEqual(findings);
  });
});

describe("--profile buf", () => {
  const all = ["FILE", "PACKAGE", "WIRE_JSON", "WIRE"];
  test.each([
    { version: "v2", breaking: { use: [...all, "CSR"] } },
    { version: "v1", breaking: { use: all } },
    { version: "v1beta1", breaking: { use: all } },
    { version: "v2" },
    {
      version: "v2",
      breaking: { use: ["WIRE"], except: ["FIELD_SAME_ONEOF"], ignore: ["rpc", "file/removed/b.proto"] },
    },
    {
      version: "v1",
      breaking: { use: ["FILE"], ignore_only: { FIELD_SAME_TYPE: ["scalar-type"], PACKAGE: ["enum"] } },
    },
    { version: "v1", breaking: { use: ["FIELD_SAME_LABEL", "FIELD_SAME_CTYPE"], ignore_unstable_packages: true } },
  ])("%j finds what buf breaking finds, line for line", (config) => {
    const [previous, next] = [bufImages.before, bufImages.after].map((file) => parseImage(readFileSync(file), file));
    const found = checkLikeBuf(previous!, next!, parseBufConfig(config));
    expect(found.map(bufJson)).toEqual(buf(config, "json"));
  });

  test("prints text as buf breaking does", () => {
    const [previous, next] = [bufImages.before, bufImages.after].map((file) => parseImage(readFileSync(file), file));
    const config = { version: "v2", breaking: { use: all } };
    const found = checkLikeBuf(previous!, next!, parseBufConfig(config));
    expect(found.map(bufText)).toEqual(buf(config, "text"));
  });
});

/** The value that a witness says is read, and the value read when its data is read again. None for types missing in either version. */
function replay(finding: Finding, previous: Image, next: Image): { data: string; read: string; again: string }[] {
  const sides = { previous: schemaIn(previous), next: schemaIn(next) };
  return finding.effects.flatMap(({ witness }) => {
    if (witness === undefined || finding.through !== undefined) return [];
    const [from, to] = witness.writer === "previous" ? [sides.previous, sides.next] : [sides.next, sides.previous];
    const [writer, reader] = [from, to].map((schema) => {
      const message = schema.messages.get(witness.message);
      return message && messageLayout(message, schema.extensions.get(message.typeName));
    });
    if (writer === undefined || reader === undefined) return [];
    const read = readings[witness.surface]?.(witness.data, reader, witness.direction === "proxy" ? writer : undefined);
    if (read === undefined) return [];
    const [problem] = read.problems;
    const layout = witness.direction === "proxy" ? writer : reader;
    const again = problem === undefined ? showState(layout, read.state) : `rejected: ${problem.why}`;
    return [{ data: witness.data, read: withoutDefaults(witness.read), again }];
  });
}

/** The value read, without the default that a witness shows for an unset field. */
function withoutDefaults(read: string): string {
  return read.replace(/(?:, )?\w+: (?:"(?:[^"\\]|\\.)*"|[^,"]*) by default/, "").replace(/^\{ +\}$/, "{}");
}

/** How data of a surface is read; `back` is the version that it goes back to through the other. */
const readings: Record<string, (data: string, reader: Layout, back: Layout | undefined) => Read> = {
  binary(data, reader, back) {
    const there = decode(reader, Buffer.from(data, "hex"));
    return back === undefined ? there : decode(back, passedOn(back, reader, there));
  },
  json: (data, reader) => readJson(reader, JSON.parse(data), false),
  "json-strict": (data, reader) => readJson(reader, JSON.parse(data), true),
  text: (data, reader) => readText(reader, data),
};

const schemas = new Map<Image, Schema>();

function schemaIn(image: Image): Schema {
  const schema = schemas.get(image) ?? schemaOf(image);
  schemas.set(image, schema);
  return schema;
}

function checkImages(previous: Image, next: Image): Finding[] {
  const schemas = changedSchemas(previous, next);
  return check(schemas.previous, schemas.next);
}

function buf(config: unknown, format: string): string[] {
  const program = join(import.meta.dirname, "../../node_modules/@bufbuild/buf/bin/buf");
  const args = ["breaking", bufImages.after, "--against", bufImages.before, "--config", JSON.stringify(config)];
  const result = spawnSync(process.execPath, [program, ...args, "--error-format", format], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  expect([result.status, result.stderr.includes("Failure")]).toEqual([100, false]); // else it warns of old rule names
  return result.stdout.trim().split("\n");
}

function line({ rule, verdict, text, effects, demoted, suggestion }: Finding): string {
  const how = effects.map(({ surface, direction, verdict }: Effect) => `${surface} ${direction} ${verdict}`).join(", ");
  return [`${verdict} ${rule}: ${text}`, how, demoted && `demoted: ${demoted}`, suggestion].filter(Boolean).join(" | ");
}
