import {
  type AnyDesc,
  createRegistry,
  type DescEnum,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescService,
  equals,
  type Message,
} from "@bufbuild/protobuf";
import { embedFileDesc } from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import * as wkt from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { enumDesc, extDesc, fileDesc, messageDesc, serviceDesc } from "@protoloom/protobuf/interop";
import * as esOptions from "../gen/es/interop/options_pb.js";
import * as esService from "../gen/es/interop/service_pb.js";
import * as options from "../gen/ts/interop/options_pb.js";
import * as service from "../gen/ts/interop/service_pb.js";
import { dialects } from "./dialects.js";

const pairs = [
  ...dialects.map(({ name, ours, es }) => ({ name, ours, es })),
  { name: "options", ours: options, es: esOptions },
  { name: "service", ours: service, es: esService },
].map(({ name, ours, es }) => ({ name, ours: descriptors(ours), es: descriptors(es) }));

describe.each(pairs)("$name", ({ ours, es }) => {
  test("exports what protobuf-es exports, under the same names", () => {
    const names = (exported: typeof ours) => [...exported].map(([name, desc]) => `${name}: ${desc}`).sort();
    expect(names(ours)).toEqual(names(es));
  });

  test("the file and everything reachable from it equal those of protobuf-es", () => {
    const file = [...es.keys()].find((name) => name.startsWith("file_"))!;
    expect(differences(ours.get(file)!, es.get(file)!)).toEqual([]);
  });

  test("each is the object that the file and its types refer to", () => {
    const file = [...ours.values()].find((desc) => desc.kind === "file")!;
    const exported = new Set<AnyDesc>(ours.values());
    const types = [...nestedTypes(file)];
    expect(types.length).toBe(exported.size - 1);
    expect(types.filter((type) => !exported.has(type)).map(String)).toEqual([]);
    expect(exported.has(file)).toBe(true);
    for (const type of types) expect(references(type).filter((type) => isStray(type, file, exported))).toEqual([]);
  });
});

describe("whatever is touched first", () => {
  const es = esService.file_interop_service;
  const all = [...withImports(es)].flatMap((file) => [file, ...nestedTypes(file)]);
  const oneOfEach = new Map(all.map((desc) => [`${desc.kind} of ${desc.kind === "file" ? desc : desc.file}`, desc]));

  test.each([...oneOfEach].filter(([name]) => name.includes("interop")))("%s", (_, desc) => {
    const touched = lazyFiles(es).get(String(desc))!;
    expect(Object.hasOwn(touched, "proto")).toBe(false);
    expect(touched.proto).toBeDefined();
    expect(differences(touched, desc)).toEqual([]);
  });

  test.each(["proto", "deprecated", "toString", "kind"])("by its property %s", (key) => {
    for (const desc of lazyFiles(es).values()) expect(Reflect.get(desc, key)).toBeDefined();
  });

  test("a property that protobuf-es may add later is looked up too", () => {
    const desc = lazyFiles(es).get("message interop.Contact")!;
    expect(Reflect.get(desc, "propertyOfALaterVersion")).toBeUndefined();
    expect(Object.hasOwn(desc, "proto")).toBe(true);
  });

  test("what does not decode is an error each time, not a half-made descriptor", () => {
    const file = fileDesc("////");
    const message = messageDesc(file, 0);
    for (const desc of [file, message, file]) expect(() => desc.proto).toThrow();
  });
});

function descriptors(module: object): Map<string, Exclude<AnyDesc, { kind: "field" }>> {
  const kinds = new Set(["file", "message", "enum", "extension", "service"]);
  return new Map(Object.entries(module).filter(([, value]) => typeof value === "object" && kinds.has(value.kind)));
}

/** Where two graphs of descriptors differ. They count as equal when their own properties do, in the same order. */
function differences(ours: AnyDesc, es: AnyDesc): string[] {
  const found: string[] = [];
  const met = new Map<object, object>();
  expect(String(ours)).toBe(String(es)); // an object that nobody has touched has no properties to compare
  compare(ours, es, "");
  return found;

  function compare(a: unknown, b: unknown, path: string): void {
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
      const isEqual = typeof a === "function" ? typeof b === "function" : Object.is(a, b);
      if (!isEqual) found.push(`${path}: ${String(a)}, not ${String(b)}`);
    } else if (met.has(a)) {
      if (met.get(a) !== b) found.push(`${path}: another identity`);
    } else {
      met.set(a, b);
      if ("$typeName" in a) compareProtos(a as Message, b as Message, path);
      else compareObjects(a, b, path);
    }
  }

  function compareObjects(a: object, b: object, path: string): void {
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) found.push(`${path}: another prototype`);
    if ("kind" in a && String(a) !== String(b)) found.push(`${path}: ${a}, not ${b}`);
    if ("getDefaultValue" in a) compare(callDefault(a), callDefault(b), `${path}.getDefaultValue()`);
    const keys = Object.keys(a);
    if (keys.join() !== Object.keys(b).join()) found.push(`${path}: keys ${keys}, not ${Object.keys(b)}`);
    for (const key of keys) {
      if (key === "proto" && isDescriptorProto(a)) continue;
      compare(Reflect.get(a, key), Reflect.get(b, key), path === "" ? key : `${path}.${key}`);
    }
  }

  function compareProtos(a: Message, b: Message, path: string): void {
    const schema = protoSchemas.get(a.$typeName);
    if (!schema || !equals(schema, a, b, { unknown: true, registry: createRegistry() }))
      found.push(`${path}: another ${a.$typeName}`);
  }
}

const protoSchemas = new Map(
  nestedMessages(wkt.file_google_protobuf_descriptor).map((schema) => [schema.typeName, schema]),
);

function nestedMessages(file: DescFile): DescMessage[] {
  return [...nestedTypes(file)].filter((type) => type.kind === "message");
}

function callDefault(field: object): unknown {
  return (Reflect.get(field, "getDefaultValue") as (() => unknown) | undefined)?.();
}

/** protobuf-es makes its own descriptor.proto from a reduced form, without options, ranges and oneofs. */
function isDescriptorProto(desc: object): boolean {
  let at: object | undefined = desc;
  while (at !== undefined && !("dependencies" in at))
    at = (Reflect.get(at, "parent") ?? Reflect.get(at, "file")) as object;
  return at !== undefined && Reflect.get(at, "name") === "google/protobuf/descriptor";
}

/** The types that a type refers to, directly or by its members. */
function references(type: DescMessage | DescEnum | DescExtension | DescService): AnyDesc[] {
  const members: readonly object[] =
    type.kind === "message"
      ? [...type.members, ...type.fields, ...Object.values(type.field), ...type.oneofs]
      : type.kind === "enum"
        ? [...type.values, ...Object.values(type.value)]
        : type.kind === "service"
          ? [...type.methods, ...Object.values(type.method)]
          : [];
  const keys = ["file", "parent", "message", "enum", "extendee", "input", "output"];
  return [type, ...members].flatMap((holder) => keys.map((key) => Reflect.get(holder, key) as AnyDesc));
}

/** Whether a type of the file is another object than the exported one. */
function isStray(type: AnyDesc | undefined, file: DescFile, exported: ReadonlySet<AnyDesc>): boolean {
  if (type === undefined) return false;
  const home = type.kind === "file" ? type : Reflect.get(type, "file");
  return home.name === file.name && !exported.has(type);
}

function withImports(file: DescFile): Set<DescFile> {
  return new Set([...file.dependencies.flatMap((dependency) => [...withImports(dependency)]), file]);
}

/** Descriptors that nobody has touched, of the given file and all that it imports, by their names. */
function lazyFiles(file: DescFile): Map<string, AnyDesc> {
  const lazy = new Map<string, AnyDesc>();
  for (const real of withImports(file)) {
    const imports = real.dependencies.map((dependency) => lazy.get(String(dependency)) as DescFile);
    const desc = fileDesc(embedFileDesc(real.proto).base64(), () => imports);
    lazy.set(String(real), desc);
    addTypes(desc, real, []);
  }
  return lazy;

  function addTypes(to: DescFile, from: DescFile | DescMessage, path: number[]): void {
    const isFile = from.kind === "file";
    const messages = isFile ? from.messages : from.nestedMessages;
    const enums = isFile ? from.enums : from.nestedEnums;
    const extensions = isFile ? from.extensions : from.nestedExtensions;
    for (const [i, type] of messages.entries()) {
      lazy.set(String(type), messageDesc(to, ...path, i));
      addTypes(to, type, [...path, i]);
    }
    for (const [i, type] of enums.entries()) lazy.set(String(type), enumDesc(to, ...path, i));
    for (const [i, type] of extensions.entries()) {
      lazy.set(String(type), extDesc(to, undefined as never, ...path, i)); // its codec is not called
    }
    if (isFile) for (const [i, type] of from.services.entries()) lazy.set(String(type), serviceDesc(to, i));
  }
}
