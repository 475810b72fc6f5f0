/** The API of Envoy 1.40 as go-control-plane has it: our table of newer fields agrees with it, and nothing that we emit is deprecated. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { beforeAll, expect, jest, test } from "@jest/globals";
import { FieldRules } from "@protoloom/envoy/gen/validate/validate_pb";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  type FileDescriptorProto,
} from "@protoloom/protobuf/wkt";
import { parse } from "yaml";
import { additions, relaxations } from "../../../scripts/envoy-additions.mjs";
import { generateFolder } from "../../plugins/protoc-gen-envoy/generate.js";
import { PROVISION_MS, provision, root, runTool } from "../provision.js";
import { goDescriptors } from "./go-descriptors.js";

const VERSION = "1.40.0";
const messages = new Map<string, DescriptorProto>();
let files: FileDescriptorProto[];

beforeAll(async () => {
  files = goDescriptors(await provideModule());
  const add = (prefix: string, message: DescriptorProto): void => {
    const name = `${prefix}.${message.name}`;
    messages.set(name, message);
    for (const each of message.nestedType) add(name, each);
  };
  for (const file of files) for (const message of file.messageType) add(file.package!, message);
  jest.spyOn(process.stderr, "write").mockReturnValue(true); // where the plugin says what others cannot do
}, PROVISION_MS);

/** The module is read as text: of Go, the command that gets it is needed alone. */
async function provideModule(): Promise<string> {
  const missing = "install Go 1.24 or newer";
  const folder = await provision(`go-control-plane-${VERSION}`, async (to) => {
    const env = { PATH: `${process.env.PATH}:/usr/local/go/bin`, GOMODCACHE: join(to, "mod"), GOFLAGS: "-modcacherw" };
    const module = `github.com/envoyproxy/go-control-plane/envoy@v${VERSION}`;
    await runTool("go", ["mod", "download", module], { cwd: to, env, missing });
  });
  return join(folder, `mod/github.com/envoyproxy/go-control-plane/envoy@v${VERSION}`);
}

test("has all files of the version", () => {
  expect(files.length).toBe(664);
});

test.each([...additions])(
  "$message: $field is there, as our table says",
  ({ file, message, field, number, type, repeated, oneof, rule }) => {
    const { package: name } = files.find((each) => each.name === file)!;
    const found = messages.get(`${name}.${message}`)?.field.find((each) => each.name === field);
    expect(found).toMatchObject({ name: field, number });
    expect(found!.typeName === undefined || found!.typeName === "" ? type : found!.typeName).toMatch(
      new RegExp(`(^|\\.)${type}$`),
    );
    expect(found!.label === FieldDescriptorProto_Label.REPEATED).toBe(repeated === true);
    expect(found!.oneofIndex !== undefined).toBe(oneof !== undefined);
    expect(ruleOf(found!)).toEqual(rule === undefined ? undefined : parseRule(rule));
  },
);

test.each([...relaxations])("$message: $field has not the rule any more", ({ file, message, field, number, rule }) => {
  const { package: name } = files.find((each) => each.name === file)!;
  const found = messages.get(`${name}.${message}`)?.field.find((each) => each.name === field);
  expect(found).toMatchObject({ name: field, number });
  expect(ruleOf(found!)).not.toEqual(parseRule(rule));
});

/** The rules that it carries: validate.rules, field 1071 of its options, by value. */
function ruleOf({ options }: FieldDescriptorProto): unknown {
  const found = options?.$unknown?.find(({ no }) => no === 1071);
  if (found === undefined) return undefined;
  const { type } = FieldRules.fromBinary(new BinaryReader(found.data).bytes());
  return type.case === undefined ? undefined : { [type.case]: compact(type.value.toJson() as object) };
}

/** `(validate.rules).uint32 = {gte: 1}` as the same object. */
function parseRule(text: string): unknown {
  const [, kind = "", body = ""] = /^\(validate\.rules\)\.(\w+) = \{(.*)\}$/.exec(text)!;
  const pairs = body.split(/,? (?=\w+:)/).map((pair) => pair.split(": ") as [string, string]);
  return { [kind]: Object.fromEntries(pairs.map(([key, value]) => [camel(key), JSON.parse(value)])) };
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Numbers of 64 bits are text in JSON. */
function compact(json: object): object {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, /^\d+$/.test(String(value)) ? Number(value) : value]),
  );
}

const folder = join(root, "test/plugins/protoc-gen-envoy/golden");

test.each(readdirSync(folder))("nothing that golden/%s emits is deprecated", (name) => {
  const { error, files } = generateFolder(join(folder, name), "format=static");
  expect(error).toBe("");
  const wrong: string[] = [];
  walk("envoy.config.bootstrap.v3.Bootstrap", parse(files["envoy.yaml"]!), "", wrong);
  expect(wrong).toEqual([]);
});

/** Looks for fields that the API does not have, or has deprecated. */
function walk(type: string, json: unknown, path: string, wrong: string[]): void {
  const message = messages.get(type);
  if (message === undefined || typeof json !== "object" || json === null) return; // well-known types
  for (const [key, value] of Object.entries(json)) {
    if (key === "@type") continue;
    const field = message.field.find(({ name }) => name === key);
    const at = `${path}${key}`;
    if (field === undefined) wrong.push(`${at}: ${type} has no such field`);
    else if (field.options?.deprecated) wrong.push(`${at}: deprecated`);
    else for (const each of elementsOf(field, value)) walkValue(field, each, `${at}.`, wrong);
  }
}

function walkValue({ typeName }: FieldDescriptorProto, value: unknown, path: string, wrong: string[]): void {
  const packed = (value as { "@type"?: string } | null)?.["@type"];
  const type = packed === undefined ? (typeName ?? "").slice(1) : packed.slice(packed.lastIndexOf("/") + 1);
  walk(type, value, path, wrong);
}

/** Those of a list, the values of a map, or the value itself. */
function elementsOf({ typeName = "" }: FieldDescriptorProto, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const entry = messages.get(typeName.slice(1));
  if (entry?.options?.mapEntry !== true) return [value];
  return Object.values(value as object).map((each) => ({ value: each }));
}
