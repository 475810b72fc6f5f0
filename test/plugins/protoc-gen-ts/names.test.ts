/** Whatever something is called, its code compiles, works, and exports the names that protobuf-es gives it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type DescFile,
  type DescMessage,
  toJson as esToJson,
  fromBinary,
  type JsonValue,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { namesOf } from "@protoloom/plugin-kit";
import { parseSync } from "@swc/core";
import { isLocal } from "../../../plugins/protoc-gen-ts/src/output.js";
import { writeFiles } from "../../files.js";
import { requestFor } from "../compile.js";
import { answer } from "./generate.js";
import { protos } from "./names/protos.js";
import { sample } from "./sample.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const request = requestFor(protos);
const forms = {
  ts: "target=ts,json_types=true",
  js: "target=js",
  compact: "target=ts,optimize=code_size,enums=const",
};
const folder = scratchFolder("names");
for (const [form, parameter] of Object.entries(forms)) writeFiles(join(folder, form), filesOf(parameter));
const generated = filesOf(forms.ts);

function filesOf(parameter: string): [string, string][] {
  const { error, file } = answer({ ...request, parameter });
  if (error !== "") throw new Error(error);
  return file.map(({ name, content }) => [name, content]);
}

test("everything type-checks under the strictest options", () => {
  expect(typeCheck(folder, { exclude: ["js"] })).toBe("");
});

describe.each(["ts", "js", "compact"] as const)("%s", (form) => {
  test.each(generated)("%s works", async (name) => {
    const module = await import(join(folder, form, form === "js" ? name.replace(/ts$/, "js") : name));
    const file = Object.entries(module).find(([key]) => key.startsWith("file_"))![1] as DescFile;
    for (const type of nestedTypes(file)) {
      const names = namesOf(file);
      expect(module[names.descriptor(type)].typeName).toBe(type.typeName);
      if (type.kind === "message") checkMessage(module[names.shape(type)], type);
      if (type.kind === "enum") expect(module[names.shape(type)][type.values[0]!.localName]).toBe(0);
    }
  });
});

interface MessageClass {
  new (init?: object): { toBinary(): Uint8Array; toJson(): JsonValue };
  fromBinary(bytes: Uint8Array): object;
  fromJson(json: JsonValue): object;
  fromJsonString(json: string): object;
}

/** Checks messages with everything set, of each oneof every member once. */
function checkMessage(type: MessageClass, desc: DescMessage): void {
  const choices = Math.max(1, ...desc.oneofs.map(({ fields }) => fields.length));
  for (let choice = 0; choice < choices; choice++) checkSample(type, desc, sample(desc, 1, choice));
}

/** Checks that a message survives both formats, as protobuf-es has them; methods whose names fields have got a "$". */
function checkSample(type: MessageClass, desc: DescMessage, init: Record<string, unknown>): void {
  const message = new type(init);
  const method = (name: "toBinary" | "toJson"): (() => never) =>
    Reflect.get(type.prototype, desc.members.some((member) => member.localName === name) ? `${name}$` : name);
  const toBinary = method("toBinary");
  const decoded = type.fromBinary(toBinary.call(message));
  expect(decoded).toEqual(message);
  expect(decoded).toBeInstanceOf(type);
  const json = method("toJson").call(message);
  expect(json).toEqual(esToJson(desc, message as never));
  expect(type.fromJson(json)).toEqual(message);
  expect(type.fromJsonString(JSON.stringify(message))).toEqual(message);
}

describe("exports are those of protobuf-es", () => {
  const theirs = new Map(protocGenEs(request));

  test.each(generated)("%s", (name, text) => {
    const ours = exportsOf(text);
    const missing = [...exportsOf(theirs.get(name)!)].filter((es) => !ours.has(es));
    expect(missing.filter((es) => !(renamed.has(es) && ours.has(`${es}$`)))).toEqual([]);
  });
});

// protobuf-es makes types or constants of these names, but they are operators on types or names of types (TS1003,
// TS2457), or no names of a class or constant in a module.
const renamed = new Set(
  "any as unknown never symbol infer keyof readonly unique await arguments eval undefined".split(" "),
);

function protocGenEs(request: CodeGeneratorRequest): [string, string][] {
  const plugin = fileURLToPath(new URL("../../../node_modules/.bin/protoc-gen-es", import.meta.url));
  const input = toBinary(CodeGeneratorRequestSchema, { ...request, parameter: forms.ts });
  const { stdout, stderr } = spawnSync(process.execPath, [plugin], { input, maxBuffer: 1e9 });
  const { file, error } = fromBinary(CodeGeneratorResponseSchema, stdout);
  if (error !== "" || file.length === 0) throw new Error(error || stderr.toString());
  return file.map(({ name, content }) => [name, content]);
}

function exportsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/^export (?:declare )?(?:abstract )?\w+ ([\w$]+)/gm)].map(([, name]) => name!));
}

test("local variables are those that imports and classes give way to", () => {
  const texts = generated.filter(([name]) => /old_messages|fields|extensions/.test(name));
  const locals = new Set(texts.flatMap(([, text]) => [...localsOf(text)]));
  expect(locals.size).toBeGreaterThan(10);
  expect([...locals].filter((name) => !isLocal(name))).toEqual([]);
});

type Node = { readonly type: string; readonly [key: string]: unknown };

/** The names of parameters and of variables that are declared within functions. */
function localsOf(text: string): Set<string> {
  const names = new Set<string>();
  const functions = ["FunctionDeclaration", "ClassMethod", "Constructor", "ArrowFunctionExpression"];
  const declare = (pattern: unknown): void =>
    visit(pattern, false, ({ type, value }) => type === "Identifier" && names.add(value as string));
  visit(parseSync(text, { syntax: "typescript" }), false, (node, isInside) => {
    if (isInside && node.type === "VariableDeclarator") declare(node.id);
    if (node.type === "Parameter") declare(node.pat);
    if (node.type === "CatchClause") declare(node.param);
    if (node.type === "ArrowFunctionExpression") declare(node.params);
    return functions.includes(node.type);
  });
  return names;
}

/** Calls `enter` with each node, and whether it is inside a node for which `enter` returned true. */
function visit(node: unknown, isInside: boolean, enter: (node: Node, isInside: boolean) => unknown): void {
  if (typeof node !== "object" || node === null) return;
  const isNode = !Array.isArray(node) && "type" in node;
  const within = (isNode && enter(node as Node, isInside) === true) || isInside;
  for (const [key, value] of Object.entries(node)) if (key !== "typeAnnotation") visit(value, within, enter);
}
