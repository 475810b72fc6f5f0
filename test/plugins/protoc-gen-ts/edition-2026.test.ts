/** Edition 2026: its features, and the JSON text of enum values, with the results of protobuf-es. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, setExtension as esSetExtension, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { createRegistry, getExtension, setExtension } from "@protoloom/protobuf";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { hex } from "./hex.js";
import { load } from "./load.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const sources = {
  "e26.proto": `edition = "2026"; package e26;
    import option "google/protobuf/json_options.proto";
    export message M {
      string explicit_text = 1;
      int32 implicit_number = 2 [features.field_presence = IMPLICIT];
      int32 required_number = 3 [features.field_presence = LEGACY_REQUIRED];
      repeated int32 packed = 4;
      repeated int32 expanded = 5 [features.repeated_field_encoding = EXPANDED];
      M prefixed = 6;
      Inner delimited = 7 [features.message_encoding = DELIMITED];
      string loose = 8 [features.utf8_validation = NONE];
      E one = 9;
      repeated E list = 10;
      map<string, E> map = 11;
      oneof choice { E chosen = 12; Inner inner = 13; }
      Closed closed = 14;
      local message Inner { int32 a = 1; }
      extensions 100 to 200;
    }
    export enum E {
      E_UNSPECIFIED = 0;
      E_ONE = 1 [(pb.enumvalue.json).string = "first"];
      E_TWO = 2 [(pb.enumvalue.json).string = "zwei \\"2\\""];
      E_THREE = 3;
    }
    export enum Closed {
      option features.enum_type = CLOSED;
      CLOSED_A = 1 [(pb.enumvalue.json).string = "a"];
      CLOSED_B = 2;
    }
    extend M { E extended = 100; }`,
  // What was allowed before has a feature to allow it.
  "legacy.proto": `edition = "2026"; package Legacy.camelCase;
    option features.enforce_naming_style = STYLE_LEGACY;
    option features.default_symbol_visibility = EXPORT_ALL;
    message lower_case {
      option features.enforce_proto_limits = LEGACY_NO_EXPLICIT_LIMITS;
      string CamelCase = 1;
      message inner {}
    }`,
  "user.proto": `edition = "2026"; package user; import "e26.proto"; import "legacy.proto";
    message User { e26.M m = 1; e26.E e = 2; Legacy.camelCase.lower_case.inner inner = 3; }`,
};
const forms = { ts: "target=ts", js: "target=js", compact: "target=ts,optimize=code_size" };

describe.each(Object.keys(forms) as (keyof typeof forms)[])("%s", (form) => {
  // biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
  let e26: any;
  beforeAll(async () => {
    e26 = await load(`edition-2026-${form}`, sources, forms[form]);
  }, 60_000);

  const values = {
    requiredNumber: 0,
    explicitText: "",
    packed: [1, 2],
    expanded: [1, 2],
    delimited: { a: 1 },
    loose: "é",
    one: 1,
    list: [0, 1, 2, 3, 4],
    map: { a: 2 },
    choice: { case: "chosen", value: 1 },
    closed: 1,
  };
  const json =
    '{"explicitText":"","requiredNumber":0,"packed":[1,2],"expanded":[1,2],"delimited":{"a":1},"loose":"é",' +
    '"one":"first","list":["E_UNSPECIFIED","first","zwei \\"2\\"","E_THREE",4],"map":{"a":"zwei \\"2\\""},' +
    '"chosen":"first","closed":"a"}';

  test("features mean what they mean to protobuf-es", () => {
    const { M, MSchema } = e26;
    const message = new M(values);
    expect(hex(message.toBinary())).toBe(hex(toBinary(MSchema, create(MSchema, values))));
    expect(M.fromBinary(message.toBinary())).toEqual(message);
    expect(new M({ requiredNumber: 0 })).toMatchObject({
      implicitNumber: 0,
      explicitText: undefined,
      closed: undefined,
    });
    expect(() => M.fromBinary(new Uint8Array())).toThrow("required_number: required field is not set");
    expect(() => M.fromBinary(Uint8Array.of(0x18, 0, 0x0a, 1, 0xff))).toThrow("explicit_text: invalid UTF-8");
    expect(hex(M.fromBinary(Uint8Array.of(0x18, 0, 0x42, 1, 0xff)).toBinary())).toBe("18 00 42 01 ff");
    expect(M.fromBinary(Uint8Array.of(0x18, 0, 0x70, 3)).$unknown).toHaveLength(1);
  });

  test("enum values are written as their JSON text", () => {
    const { M, MSchema } = e26;
    expect(new M(values).toJsonString()).toBe(json);
    expect(toJsonString(MSchema, create(MSchema, values))).toBe(json);
    expect(new M({ requiredNumber: 0, one: 1 }).toJson({ enumAsInteger: true })).toEqual({ requiredNumber: 0, one: 1 });
  });

  test("and read from it, from text and from a tree", () => {
    const { M } = e26;
    expect(M.fromJsonString(json)).toEqual(new M(values));
    expect(M.fromJson(JSON.parse(json))).toEqual(new M(values));
  });

  test.each(['"first"', '"E_ONE"', '"E_THREE"', "1", "7", '"FIRST"', '""', '"E_FOUR"'])(
    "%s is what it is to protobuf-es",
    (text) => {
      const { M, MSchema } = e26;
      const read = (input: string) => M.fromJsonString(input).one;
      const input = `{"requiredNumber":0,"one":${text}}`;
      const expected = attempt(() => (fromJsonString(MSchema, input) as unknown as { one: number }).one);
      expect(attempt(() => read(input))).toBe(expected);
      expect(attempt(() => M.fromJson(JSON.parse(input)).one)).toBe(expected);
    },
  );

  test("so is an extension", () => {
    const { M, MSchema, extended } = e26;
    const registry = createRegistry(extended);
    const message = new M({ requiredNumber: 0 });
    setExtension(message, extended, 2);
    expect(message.toJson({ registry })).toEqual({ requiredNumber: 0, "[e26.extended]": 'zwei "2"' });
    expect(getExtension(M.fromJson({ requiredNumber: 0, "[e26.extended]": "first" }, { registry }), extended)).toBe(1);
    const peer = create(MSchema, { requiredNumber: 0 });
    esSetExtension(peer, extended, 2);
    expect(hex(message.toBinary())).toBe(hex(toBinary(MSchema, peer)));
  });
});

test.each(["ts", "js", "js+dts", "dts"])(
  "target=%s compiles, visibility and older styles included",
  (target) => {
    const folder = scratchFolder(`edition-2026-types-${target.replace("+", "-")}`);
    writeFiles(folder, generate(sources, `target=${target}`));
    expect(typeCheck(folder)).toBe("");
  },
  60_000,
);

/** The protos of this edition that protobuf has itself, from the package that ships them. */
const own = ["json/json_enumval_custom_string", "late_loaded_option_user", "late_loaded_option", "internal_options"]
  .concat("sample_messages_edition")
  .map((name) => `google/protobuf/${name}.proto`);

test("protobuf's own protos of this edition compile and load", async () => {
  const read = (file: string) =>
    readFileSync(new URL(`../../../node_modules/google-proto-files/${file}`, import.meta.url));
  const protos = Object.fromEntries(own.map((file) => [file, read(file).toString()]));
  for (const parameter of Object.values(forms)) {
    const files = generate(protos, parameter);
    const folder = scratchFolder(`edition-2026-own-${parameter.replace(/\W+/g, "-")}`);
    writeFiles(folder, files);
    expect(typeCheck(folder)).toBe("");
    for (const file of [...files.keys()].filter((file) => !file.endsWith(".d.ts"))) {
      expect(Object.keys(await import(join(folder, file))).length).toBeGreaterThan(0);
    }
  }
}, 60_000);

function attempt<T>(read: () => T): T | "refused" {
  try {
    return read();
  } catch {
    return "refused";
  }
}
