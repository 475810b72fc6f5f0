/** Corners in which values were lost or code did not compile: each with its kind, in the generated and the compact form. */
import { join } from "node:path";
import { create, toBinary as esToBinary, toJsonString as esToJsonString, fromBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { createRegistry, getExtension, hasExtension, setExtension } from "@protoloom/protobuf";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { bytes, hex } from "./hex.js";
import { load } from "./load.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const forms = { generated: "target=ts", compact: "target=ts,optimize=code_size" };

// biome-ignore lint/suspicious/noExplicitAny: what the module exports is what is tested
type Module = any;

/** Loads the sources in each form, and runs the same tests on both. */
function inBothForms(name: string, sources: Record<string, string>, tests: (module: () => Module) => void): void {
  describe.each(Object.keys(forms) as (keyof typeof forms)[])("%s", (form) => {
    let module: Module;
    beforeAll(async () => {
      module = await load(`corner-${name}-${form}`, sources, forms[form]);
    }, 60_000);
    tests(() => module);
  });
}

describe("members of a oneof that every object has", () => {
  const sources = {
    "t.proto": `syntax = "proto3"; package t;
      message M { oneof o { int64 toString = 5; int32 constructor = 6; string value_of = 7; int32 toJSON = 8; } }`,
  };
  inBothForms("oneof-names", sources, (module) => {
    test.each([
      ["toString", 5n],
      ["constructor", 1],
      ["valueOf", "x"],
      ["toJSON", 3],
    ])("%s is what it is in binary, in JSON and in protobuf-es", (name, value) => {
      const { M, MSchema } = module();
      const message = new M({ o: { case: name, value } });
      expect(message.toJsonString()).toBe(esToJsonString(MSchema, create(MSchema, { o: { case: name, value } })));
      expect(M.fromJsonString(message.toJsonString()).o).toEqual({ case: name, value });
      expect(M.fromJson(message.toJson()).o).toEqual({ case: name, value });
      expect(hex(message.toBinary())).toBe(hex(esToBinary(MSchema, message)));
      expect(() => M.fromJson({ [`${name}$`]: value as string })).toThrow(/unknown/);
    });
  });
});

describe("fields that become one property", () => {
  const sources = {
    "clash.proto": `syntax = "proto2"; package clash;
      message User {
        optional string user_id = 1; optional string userId = 2; optional string user__id = 3;
        oneof user_Id { int32 a_b = 4; int32 aB = 5; }
      }
      service Users { rpc Get(User) returns (User); rpc get(User) returns (User); }`,
  };
  inBothForms("clash", sources, (module) => {
    test("each has a property, and survives both formats and protobuf-es", () => {
      const { User, UserSchema, Users } = module();
      const user = new User({ userId: "one", userId$: "two", userId$$: "three", userId$$$: { case: "aB$", value: 5 } });
      expect(hex(user.toBinary())).toBe("0a 03 6f 6e 65 12 03 74 77 6f 1a 05 74 68 72 65 65 28 05");
      expect(User.fromBinary(user.toBinary())).toEqual(user);
      expect(user.toJsonString()).toBe('{"user_id":"one","userId":"two","user__id":"three","aB":5}');
      expect(User.fromJsonString(user.toJsonString())).toEqual(user);
      expect(User.fromJson(user.toJson())).toEqual(user);
      expect(hex(esToBinary(UserSchema, fromBinary(UserSchema, user.toBinary())))).toBe(hex(user.toBinary()));
      expect(esToJsonString(UserSchema, user)).toBe(user.toJsonString());
      expect(Object.keys(Users.method)).toEqual(["get", "get$"]);
    });
  });
});

describe("null in JSON", () => {
  const sources = {
    "w.proto": `syntax = "proto3"; package w;
      import "google/protobuf/wrappers.proto"; import "google/protobuf/timestamp.proto"; import "google/protobuf/struct.proto";
      message M {
        repeated google.protobuf.Int32Value rw = 1; map<string, google.protobuf.Int32Value> mw = 2;
        oneof o {
          google.protobuf.StringValue ow = 3; google.protobuf.Timestamp ot = 4; int32 oi = 5;
          google.protobuf.Struct os = 6; google.protobuf.BytesValue ob = 7; E oe = 15; M om = 16;
          google.protobuf.Value ov = 17; google.protobuf.NullValue on = 18;
        }
        google.protobuf.Int32Value w = 8; repeated google.protobuf.Timestamp rt = 9;
        repeated google.protobuf.Struct rs = 10; repeated google.protobuf.ListValue rl = 11;
        map<string, google.protobuf.Struct> mst = 12; repeated google.protobuf.BytesValue rb = 13;
        repeated google.protobuf.Int64Value rw64 = 14; repeated google.protobuf.Value rv = 19;
      }
      enum E { E_ZERO = 0; }`,
  };
  // The results of C++, Go (protojson) and upb.
  const accepted: Record<string, string> = {
    '{"ow":null}': "",
    '{"oi":1,"ow":null}': "28 01",
    '{"ow":null,"oi":1}': "28 01",
    '{"oi":1,"ot":null}': "28 01",
    '{"ot":null,"oi":1}': "28 01",
    '{"oi":1,"os":null}': "28 01",
    '{"oi":1,"oe":null}': "28 01",
    '{"om":null,"oi":1}': "28 01",
    '{"oi":null,"ow":"a"}': "1a 03 0a 01 61",
    '{"ob":null,"ow":"a"}': "1a 03 0a 01 61",
    '{"ov":null}': "8a 01 02 08 00",
    '{"on":null}': "90 01 00",
    '{"w":null,"rw":null,"mw":null}': "",
    '{"rv":[null]}': "9a 01 02 08 00",
  };
  const refused = [
    '{"rw":[null]}',
    '{"rw":[1,null]}',
    '{"mw":{"a":null}}',
    '{"rt":[null]}',
    '{"rs":[null]}',
    '{"rl":[null]}',
    '{"mst":{"a":null}}',
    '{"rb":[null]}',
    '{"rw64":["1",null]}',
    '{"oi":1,"ov":null}',
    '{"on":null,"oi":1}',
  ];
  inBothForms("null", sources, (module) => {
    test.each(Object.entries(accepted))("%s is %s for text and tree", (text, expected) => {
      const { M } = module();
      expect(hex(M.fromJsonString(text).toBinary())).toBe(expected);
      expect(hex(M.fromJson(JSON.parse(text)).toBinary())).toBe(expected);
    });
    test.each(refused)("%s is refused by text and tree", (text) => {
      const { M } = module();
      expect(() => M.fromJsonString(text)).toThrow(/null|multiple times/);
      expect(() => M.fromJson(JSON.parse(text))).toThrow(/null|multiple times/);
    });
  });
});

describe("integers in JSON text", () => {
  const sources = {
    "i.proto": `syntax = "proto3"; package i;
      import "google/protobuf/wrappers.proto"; import "google/protobuf/struct.proto";
      message M {
        int32 i32 = 1; uint32 u32 = 2; int64 i64 = 3; uint64 u64 = 4; repeated int64 ri64 = 5; double d = 6; float f = 7;
        google.protobuf.Int64Value w = 8; google.protobuf.Value v = 9; map<string, uint64> m = 10;
        google.protobuf.Struct s = 11; repeated google.protobuf.UInt64Value rw = 12; map<int64, string> k = 13;
        map<int32, string> k32 = 14;
      }`,
  };
  // The values are those of protojson (Go) and json_format (Python), which read all digits.
  const values: [string, string, bigint | number][] = [
    ["i64", "9007199254740993", 9007199254740993n],
    ["u64", "9007199254740993", 9007199254740993n],
    ["i64", "-9007199254740993", -9007199254740993n],
    ["i64", "9223372036854775807", 9223372036854775807n],
    ["i64", "-9223372036854775808", -9223372036854775808n],
    ["u64", "18446744073709551615", 18446744073709551615n],
    ["i64", "9007199254740993.0", 9007199254740993n],
    ["i64", "9.007199254740993e15", 9007199254740993n],
    ["i64", '"1e5"', 100000n],
    ["i64", '"1.5e3"', 1500n],
    ["i64", "1e5", 100000n],
    ["u64", '"12.00"', 12n],
    ["w", "9007199254740993", 9007199254740993n],
    ["i32", '"1e5"', 100000],
    ["d", "9007199254740993", 9007199254740992],
    ["d", "123456789012345678901234567890", 1.2345678901234568e29],
  ];
  const refused = [
    ["i64", "9223372036854775808"],
    ["i64", "-9223372036854775809"],
    ["u64", "18446744073709551616"],
    ["u64", "-1"],
    ["i64", "1.5"],
    ["i64", '"1.5"'],
    ["i64", '"1e-1"'],
    ["i64", '"1e1000000"'],
    ["i32", '"0x10"'],
    ["u32", '"0b1"'],
    ["i64", '"0x10"'],
    ["d", '"0x10"'],
    ["f", '"0o7"'],
    ["i32", '" 1"'],
    ["i32", '"1_000"'],
    ["i32", "9007199254740993"],
  ];
  inBothForms("integers", sources, (module) => {
    test.each(values)("%s: %s", (field, json, value) => {
      expect(module().M.fromJsonString(`{"${field}":${json}}`)[field]).toBe(value);
    });
    test.each(refused)("%s: %s is refused", (field, json) => {
      expect(() => module().M.fromJsonString(`{"${field}":${json}}`)).toThrow(/^cannot decode field i\.M\./);
    });
    test("in lists, maps, wrappers, below what is read as a tree, and never as a bigint where JSON has numbers", () => {
      const big = "1234567890123456789";
      const text = `{"ri64":[${big},1],"m":{"__proto__":${big}},"v":${big},"s":{"a":[${big}]},"rw":[${big}],"k":{"${big}":"${big}"},"nope":[${big},{"a":${big}}]}`;
      const m = module().M.fromJsonString(text, { ignoreUnknownFields: true });
      expect(m.ri64).toEqual([BigInt(big), 1n]);
      expect(Object.entries(m.m)).toEqual([["__proto__", BigInt(big)]]);
      expect(m.v.kind).toEqual({ case: "numberValue", value: Number(big) });
      expect(m.s).toEqual({ a: [Number(big)] });
      expect(m.rw[0].value).toBe(BigInt(big));
      expect(m.k).toEqual({ [big]: big });
    });
    test("hexadecimal is no map key", () => {
      expect(() => module().M.fromJsonString('{"k32":{"0x10":"a"}}')).toThrow(/expected int32/);
    });
  });
});

describe("extensions", () => {
  const sources = {
    "x.proto": `syntax = "proto2"; package x; import "google/protobuf/struct.proto"; import "google/protobuf/wrappers.proto";
      message M { extensions 100 to 200; }
      extend M {
        optional google.protobuf.Struct st = 100; optional google.protobuf.ListValue lv = 101;
        optional google.protobuf.Value v = 102; repeated google.protobuf.Struct rst = 103;
        optional google.protobuf.Int64Value w = 104;
      }`,
  };
  inBothForms("struct-extension", sources, (module) => {
    test("of type Struct is a JSON object, also where it is not set", () => {
      const { M, st, rst, w } = module();
      const message = new M();
      expect([getExtension(message, st), getExtension(message, rst), getExtension(message, w)]).toEqual([{}, [], 0n]);
      setExtension(message, st, { a: [1] });
      setExtension(message, rst, [{ b: null }]);
      const back = M.fromBinary(message.toBinary());
      expect([getExtension(back, st), getExtension(back, rst)]).toEqual([{ a: [1] }, [{ b: null }]]);
    });
  });
  test("of type Struct compiles", () => {
    const folder = scratchFolder("corner-struct-types");
    for (const [form, parameter] of Object.entries(forms)) writeFiles(join(folder, form), generate(sources, parameter));
    expect(typeCheck(folder)).toBe("");
  }, 60_000);
});

describe("MessageSet", () => {
  const sources = {
    "set.proto": `syntax = "proto2"; package set;
      message Set { option message_set_wire_format = true; extensions 4 to max; }
      message Item { extend Set { optional Item ext = 1000; } optional int32 x = 1; }
      message High { extend Set { optional High high = 2147483646; } optional int32 x = 1; }`,
  };
  inBothForms("message-set", sources, (module) => {
    // upb: the first type_id and the first message count, and half an item is none.
    test.each([
      ["an item", "0b 10 e8 07 1a 02 08 07 0c", 7],
      ["the message in front", "0b 1a 02 08 07 10 e8 07 0c", 7],
      ["the message twice", "0b 10 e8 07 1a 02 08 07 1a 02 08 08 0c", 7],
      ["the number twice", "0b 10 e8 07 1a 02 08 07 10 e9 07 0c", 7],
      ["two items merge", "0b 10 e8 07 1a 02 08 07 0c 0b 10 e8 07 1a 02 08 08 0c", 8],
      ["no message", "0b 10 e8 07 0c", undefined],
      ["no number", "0b 1a 02 08 07 0c", undefined],
    ])("%s", (_, input, x) => {
      const { Set: MessageSet, Item_ext } = module();
      const set = MessageSet.fromBinary(bytes(input));
      expect(hasExtension(set, Item_ext)).toBe(x !== undefined);
      if (x !== undefined) expect((getExtension(set, Item_ext) as { x: number }).x).toBe(x);
      expect(hex(set.toBinary())).toBe(input);
    });
    test("numbers up to 2^31 - 2", () => {
      const { Set: MessageSet, High, High_high } = module();
      const set = new MessageSet();
      setExtension(set, High_high, new High({ x: 5 }));
      expect(hex(set.toBinary())).toBe("0b 10 fe ff ff ff 07 1a 02 08 05 0c");
      const back = MessageSet.fromBinary(set.toBinary());
      expect(getExtension(back, High_high)).toEqual(new High({ x: 5 }));
      const registry = createRegistry(High_high);
      expect(back.toJson({ registry })).toEqual({ "[set.High.high]": { x: 5 } });
      expect(MessageSet.fromJson(back.toJson({ registry }), { registry })).toEqual(back);
    });
  });
});

describe("JSON.stringify of a message with an Any", () => {
  const sources = {
    "a.proto": `syntax = "proto3"; package a; import "google/protobuf/any.proto"; message M { google.protobuf.Any any = 1; M m = 2; int64 n = 3; }`,
  };
  inBothForms("any", sources, (module) => {
    test("writes the bytes, since it knows no types; toJson wants them", () => {
      const { M } = module();
      const any = { typeUrl: "type.googleapis.com/a.M", value: bytes("18 05") };
      const message = new M({ m: { any }, n: 5n });
      expect(JSON.stringify([message])).toBe(
        '[{"m":{"any":{"@type":"type.googleapis.com/a.M","value":"GAU="}},"n":"5"}]',
      );
      expect(() => message.toJson()).toThrow(
        "cannot encode to JSON field a.M.m.any: type.googleapis.com/a.M is not in",
      );
      expect(message.toJson({ registry: createRegistry(M) })).toEqual({
        m: { any: { "@type": "type.googleapis.com/a.M", n: "5" } },
        n: "5",
      });
    });
  });
});

describe("files", () => {
  const sources = {
    "empty.proto": `syntax = "proto2"; package e.empty; option go_package = "x/y";`,
    "q.proto": `syntax = "proto3"; package q; message Q { string a = 1; }`,
    "pub.proto": `syntax = "proto3"; package q.pub; import public "q.proto";`,
    "odd/a?b#c%20d.proto": `syntax = "proto3"; package odd; message Odd { int32 a = 1; }`,
    "one.proto": `syntax = "proto3"; package one; message this { int32 a = 1; } enum null { ZERO = 0; }`,
    "user.proto": `syntax = "proto3"; package user; import "pub.proto"; import "empty.proto"; import "odd/a?b#c%20d.proto";
      import "one.proto";
      message U { q.Q q = 1; odd.Odd odd = 2; one.this t = 3; one.null n = 4; }
      message this { one.this t = 1; one.null n = 2; null other = 3; } enum null { OTHER = 0; }`,
  };
  const all = { ...forms, functions: "target=ts,json=functions", js: "target=js" };
  test.each(Object.keys(all) as (keyof typeof all)[])(
    "%s: empty ones, odd paths and names that are reserved in two of them",
    async (form) => {
      const folder = scratchFolder(`corner-files-${form}`);
      writeFiles(folder, generate(sources, all[form]));
      expect(typeCheck(folder)).toBe("");
      const { U, this$ } = await import(join(folder, `user_pb.${form === "js" ? "js" : "ts"}`));
      const user = new U({ q: { a: "x" }, odd: { a: 1 }, t: { a: 2 } });
      expect(U.fromBinary(user.toBinary())).toEqual(user);
      expect(new this$({ t: { a: 1 } }).toBinary().length).toBe(4);
    },
    60_000,
  );
});

test("comments have no stray asterisks, and init types say what is deprecated", () => {
  const text = generate(
    {
      "c.proto": `syntax = "proto3";
        /** A message. */
        message M {
          /**
           * A field.
           *   * a bullet
           */
          string a = 1 [deprecated = true];
          string b = 2 [deprecated = true];
        }`,
    },
    "target=ts",
  ).get("c_pb.ts")!;
  expect(text).not.toMatch(/\* \*(?! a bullet)/);
  expect(text).toContain("   * A field.\n   *   * a bullet\n   *\n   * @deprecated\n   */\n  a?: string | null");
  expect(text).toContain("  /**\n   * @deprecated\n   */\n  b?: string | null");
});
