/** enums=string: fields of enums hold names; what has no name is kept, and everything else is as without the option. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import {
  createRegistry,
  getExtension,
  hasExtension,
  merge,
  mergeFromJson,
  setExtension,
  standardSchema,
} from "@protoloom/protobuf";
import { Any, anyPack, anyUnpack } from "@protoloom/protobuf/wkt";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { load } from "./load.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const source = readFileSync(join(import.meta.dirname, "golden/enums-string/enums.proto"), "utf8");
const sources = { "enums.proto": source };

describe.each(["speed", "size", "code_size"])("with optimize=%s", (optimize) => {
  // biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
  const make = (enums: string): Promise<any> =>
    load(`enums-${enums}-${optimize}`, sources, `target=js,enums=${enums},optimize=${optimize}`);

  const init = {
    open: "OPEN_NEGATIVE",
    implicit: "OPEN_OLD",
    openList: ["OPEN_UNSPECIFIED", "OPEN_OLD"],
    openMap: { a: "OPEN_NEGATIVE", b: "OPEN_UNSPECIFIED" },
    closed: "CLOSED_ZERO",
    closedList: ["CLOSED_TWO", "CLOSED_ZERO"],
    expanded: ["CLOSED_TWO"],
    closedMap: { 5: "CLOSED_TWO" },
    choice: { case: "closedChoice", value: "CLOSED_TWO" },
    aliased: "toString",
    null: 0,
    required: "CLOSED_TWO",
  };
  const json = {
    open: "OPEN_NEGATIVE",
    implicit: "OPEN_OLD",
    openList: ["OPEN_UNSPECIFIED", "OPEN_OLD"],
    openMap: { a: "OPEN_NEGATIVE", b: "OPEN_UNSPECIFIED" },
    closed: "CLOSED_ZERO",
    closedList: ["CLOSED_TWO", "CLOSED_ZERO"],
    expanded: ["CLOSED_TWO"],
    closedMap: { 5: "CLOSED_TWO" },
    closedChoice: "CLOSED_TWO",
    aliased: "toString",
    null: null,
    required: "CLOSED_TWO",
  };

  test("bytes and JSON are those of numbers, both ways", async () => {
    const { Enums } = await make("string");
    const { Enums: Numbers } = await make("enum");
    const message = new Enums(init);
    expect({ ...message }).toMatchObject(init);
    expect(message.toJson()).toEqual(json);
    expect(message.toJson({ enumAsInteger: true })).toMatchObject({ open: -1, closedMap: { 5: 2 } });
    const numbers = Numbers.fromJson(json);
    expect(message.toBinary()).toEqual(numbers.toBinary());
    for (const again of [
      Enums.fromBinary(numbers.toBinary()),
      Enums.fromJson(json),
      Enums.fromJson(numbers.toJson({ enumAsInteger: true })),
      Enums.fromJsonString(JSON.stringify(json)),
      new Enums(numbers), // an init may have numbers
      new Enums(message),
      message.clone(),
      merge(new Enums({ required: "CLOSED_ZERO" }), message),
    ]) {
      expect(again).toEqual(message);
      expect(again.equals(message)).toBe(true);
    }
    expect(mergeFromJson(message.clone(), { open: "OPEN_OLD", openChoice: 9, openMap: { b: 7 } })).toMatchObject({
      open: "OPEN_OLD",
      choice: { case: "openChoice", value: 9 },
      openMap: { a: "OPEN_NEGATIVE", b: 7 },
    });
  });

  test("constants have the names under which numbers are known", async () => {
    const { Open, Aliased, OpenSchema } = await make("string");
    expect(Open).toEqual({ UNSPECIFIED: "OPEN_UNSPECIFIED", NEGATIVE: "OPEN_NEGATIVE", OLD: "OPEN_OLD" });
    expect(Object.getOwnPropertyDescriptor(Aliased, "__proto__")?.value).toBe("__proto__");
    expect(OpenSchema.values.map((value: { name: string }) => value.name)).toEqual(Object.values(Open));
  });

  test("an open enum keeps a number without a name; of several names it has the first", async () => {
    const { Enums } = await make("string");
    const bytes = Uint8Array.of(8, 9, 16, 0, 26, 2, 2, 77, 34, 5, 10, 1, 99, 16, 6, 72, 5, 88, 1, 104, 2);
    const message = Enums.fromBinary(bytes);
    expect(message).toMatchObject({
      open: 9,
      implicit: "OPEN_UNSPECIFIED",
      openList: ["OPEN_OLD", 77],
      openMap: { c: 6 },
      choice: { case: "openChoice", value: 5 },
      aliased: "toString",
    });
    expect(Enums.fromBinary(message.toBinary())).toEqual(message);
    expect(Enums.fromJson(message.toJson())).toEqual(message);
    expect(message.toJson()).toMatchObject({ open: 9, openList: ["OPEN_OLD", 77], openMap: { c: 6 } });
    const alias = new Enums({ required: "CLOSED_TWO", aliased: "ALIASED_TO_STRING" });
    expect(alias.toBinary()).toEqual(Uint8Array.of(88, 1, 104, 2));
    expect(alias.toJson()).toMatchObject({ aliased: "toString" });
    expect(new Enums({ required: "CLOSED_TWO", aliased: "__proto__" }).toBinary()).toEqual(
      Uint8Array.of(88, 2, 104, 2),
    );
    // any name of zero is zero, which is not written
    expect(new Enums({ required: "CLOSED_TWO", aliased: "ALIASED_NOTHING" }).toBinary()).toEqual(Uint8Array.of(104, 2));
    expect(new Enums({ required: "CLOSED_TWO", aliased: "ALIASED_NOTHING" }).toJson()).toEqual({
      required: "CLOSED_TWO",
    });
  });

  test("a closed enum keeps a value that it does not declare among the unknown fields", async () => {
    const { Enums } = await make("string");
    const { Enums: Numbers } = await make("enum");
    const bytes = Uint8Array.of(
      ...[104, 2, 40, 9, 50, 3, 2, 9, 0, 56, 9, 56, 2, 66, 4, 8, 5, 16, 9, 66, 4, 8, 6, 16, 2, 80, 9, 66, 2, 8, 7],
    );
    const message = Enums.fromBinary(bytes);
    expect(message).toMatchObject({
      closed: undefined,
      closedList: ["CLOSED_TWO", "CLOSED_ZERO"],
      expanded: ["CLOSED_TWO"],
      closedMap: { 6: "CLOSED_TWO", 7: "CLOSED_ZERO" },
      choice: { case: undefined },
    });
    const numbers = Numbers.fromBinary(bytes);
    expect(message.$unknown).toEqual(numbers.$unknown);
    expect(message.toBinary()).toEqual(numbers.toBinary());
    expect(() => Enums.fromJson({ ...json, closed: 9 })).toThrow("field golden.enums.Enums.closed from JSON");
  });

  test("an unset field has its default", async () => {
    const { Enums, EnumsDefaults } = await make("string");
    expect(EnumsDefaults).toEqual({ closed: "CLOSED_TWO" });
    expect(new Enums({ required: "CLOSED_TWO" })).toMatchObject({
      open: undefined,
      closed: undefined,
      implicit: "OPEN_UNSPECIFIED",
      aliased: "ALIASED_NONE",
    });
    expect(new Enums({ required: "CLOSED_TWO" }).toJson({ alwaysEmitImplicit: true })).toMatchObject({
      implicit: "OPEN_UNSPECIFIED",
      aliased: "ALIASED_NONE",
    });
  });

  test("extensions", async () => {
    const { Enums, open_extension, closed_extension } = await make("string");
    const registry = createRegistry(open_extension, closed_extension, Enums);
    const message = new Enums({ required: "CLOSED_TWO" });
    expect(getExtension(message, open_extension)).toBe("OPEN_UNSPECIFIED");
    setExtension(message, open_extension, "OPEN_OLD");
    setExtension(message, closed_extension, ["CLOSED_TWO", "CLOSED_ZERO"]);
    const text = message.toJsonString({ registry });
    expect(JSON.parse(text)).toMatchObject({
      "[golden.enums.open_extension]": "OPEN_OLD",
      "[golden.enums.closed_extension]": ["CLOSED_TWO", "CLOSED_ZERO"],
    });
    const again = Enums.fromJsonString(text, { registry });
    expect(getExtension(again, open_extension)).toBe("OPEN_OLD");
    expect(getExtension(again, closed_extension)).toEqual(["CLOSED_TWO", "CLOSED_ZERO"]);
    // a value that the closed enum does not declare sets nothing
    expect(hasExtension(Enums.fromBinary(Uint8Array.of(104, 2, 168, 6, 9)), closed_extension)).toBe(false);
    expect(() => setExtension(message, open_extension, "OPEN")).toThrow("expected name or number of an enum value");
    const any = anyPack(message);
    expect(anyUnpack(any, registry)).toEqual(message);
    expect(Any.fromJson(any.toJson({ registry }), { registry }).toBinary()).toEqual(any.toBinary());
  });

  test("messages of protobuf-es are an init, and take our bytes", async () => {
    const { Enums, EnumsSchema } = await make("string");
    const plain = create(EnumsSchema, { open: -1, openList: [2, 9], closedMap: { 1: 2 }, required: 2 });
    const message = new Enums(plain);
    expect(message).toMatchObject({ open: "OPEN_NEGATIVE", openList: ["OPEN_OLD", 9], closedMap: { 1: "CLOSED_TWO" } });
    expect(message.toBinary()).toEqual(toBinary(EnumsSchema, plain));
    expect(toJson(EnumsSchema, fromBinary(EnumsSchema, message.toBinary()))).toEqual(message.toJson());
  });

  test("what is no name is refused with its field", async () => {
    const { Enums } = await make("string");
    const place = (name: string): string =>
      optimize === "size" ? "message golden.enums.Enums" : `field golden.enums.Enums.${name}`;
    for (const [wrong, name, text] of [
      [{ open: "OPEN" }, "open", 'expected name or number of an enum value, got "OPEN"'],
      [{ open: "toString" }, "open", 'expected name or number of an enum value, got "toString"'],
      [{ open: 1.5 }, "open", "expected name or number of an enum value, got 1.5"],
      [{ closedList: ["CLOSED_TWO", 9] }, "closed_list[1]", "expected name of an enum value, got 9"],
      [{ openMap: { k: {} } }, 'open_map["k"]', "expected name or number of an enum value, got Object"],
      [{ choice: { case: "closedChoice", value: "x" } }, "closed_choice", 'expected name of an enum value, got "x"'],
    ] as const) {
      const message = new Enums({ required: "CLOSED_TWO", ...wrong });
      expect(() => message.toBinary()).toThrow(`cannot encode ${place(name)}: ${text}`);
      expect(() => message.toJson()).toThrow(text);
    }
    expect(() => Enums.fromJson({ ...json, openList: ["OPEN"] })).toThrow(
      'cannot decode field golden.enums.Enums.openList[0] from JSON: expected name or number of an enum value, got "OPEN"',
    );
    const lenient = Enums.fromJson(
      { ...json, open: "NEW", openList: ["NEW", "OPEN_OLD"], openMap: { a: "NEW" } },
      { ignoreUnknownFields: true },
    );
    expect(lenient).toMatchObject({ open: undefined, openList: ["OPEN_OLD"], openMap: {} });
  });

  test("a Standard Schema tells what is no name", async () => {
    const { Enums } = await make("string");
    const schema = standardSchema(Enums)["~standard"];
    expect(schema.validate(init)).toMatchObject({ value: init });
    expect(schema.validate({ ...init, open: "x", closedMap: { 5: 9 }, openList: [77] })).toEqual({
      issues: [
        { path: ["open"], message: 'expected name or number of an enum value, got "x"' },
        { path: ["closedMap", "5"], message: "expected name of an enum value, got 9" },
      ],
    });
  });
});

describe("types", () => {
  const folder = scratchFolder("enums-string-types");
  const check = (code: string): string => {
    writeFiles(folder, [
      ...generate(sources, "enums=string"),
      ["use.ts", `import { Closed, Enums, Open } from "./enums_pb.js";\n${code}\n`],
    ]);
    return typeCheck(folder);
  };

  test("names are a union, and the rest of an open enum is a number", () => {
    expect(
      check(`
export const message: Enums = new Enums({ required: "CLOSED_TWO", open: Open.OLD, openList: ["OPEN_NEGATIVE", 9] });
export function closed(value: Closed): string {
  switch (value) {
    case "CLOSED_ZERO": return "zero";
    case Closed.TWO: return "two";
    default: return value satisfies never;
  }
}
export function open(value: Open): string {
  switch (value) {
    case "OPEN_UNSPECIFIED": case "OPEN_NEGATIVE": case "OPEN_OLD": return value;
    default: return value.toFixed(0);
  }
}
message.open = "OPEN_OLD";
message.closedMap[5] = "CLOSED_ZERO";
if (message.choice.case === "closedChoice") closed(message.choice.value);`),
    ).toBe("");
  });

  test("what is no name does not compile", () => {
    expect(check(`new Enums({ required: "CLOSED_THREE" });`)).toMatch(/TS2322.*"CLOSED_THREE"/);
    expect(check(`new Enums({ required: "CLOSED_TWO" }).open = 2;`)).toMatch(/TS2322/);
    expect(check(`export const closed: Closed = new Enums({ required: "CLOSED_TWO" }).aliased;`)).toMatch(/TS2322/);
    expect(
      check(
        `export const f = (v: Open): never | string => { switch (v) { case "OPEN_OLD": return v; default: return v satisfies never; } };`,
      ),
    ).toMatch(/TS1360/);
  });
});
