import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/maps_pb.js";
import * as ts from "../../../gen/ts/features/maps_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", Keys: ts.Keys, Values: ts.Values },
  { target: "js", Keys: js.Keys as unknown as typeof ts.Keys, Values: js.Values as unknown as typeof ts.Values },
])("target=$target", ({ Keys, Values }) => {
  test.each([
    [{ int32: { "-2147483648": "a", 2147483647: "b" } }],
    [{ int64: { "-9223372036854775808": "a", "9223372036854775807": "b" } }],
    [{ uint32: { 0: "a", 4294967295: "b" } }],
    [{ uint64: { 0: "a", "18446744073709551615": "b" } }],
    [{ sint32: { "-2147483648": "a", 2147483647: "b" } }],
    [{ sint64: { "-9223372036854775808": "a" } }],
    [{ fixed32: { 4294967295: "a" } }],
    [{ fixed64: { "18446744073709551615": "a" } }],
    [{ sfixed32: { "-2147483648": "a" } }],
    [{ sfixed64: { "-9223372036854775808": "a" } }],
    [{ bool: { true: "a", false: "b" } }],
    [
      {
        string: Object.fromEntries(
          ["__proto__", "constructor", "hasOwnProperty", "toString", "", "0", "é🎉"].map((k) => [k, k]),
        ),
      },
    ],
  ])("keys of every kind: %j", (init) => {
    const message = new Keys(init);
    const [[field, map]] = Object.entries(init) as [[keyof typeof init, Record<string, string>]];
    expect(message[field]).toEqual(map);
    expect(message[field]).not.toBe(map);
    expect(Object.keys(message[field])).toEqual(Object.keys(map));
    expect(Keys.fromBinary(message.toBinary())).toEqual(message);
    expect(Keys.fromJson(message.toJson())).toEqual(message);
    expect(Object.keys(JSON.parse(JSON.stringify(message))[field])).toEqual(Object.keys(map));
    expect(Keys.fromJsonString(message.toJsonString())).toEqual(message);
    expect(message.clone()).toEqual(message);
    expect(message.equals(new Keys(init))).toBe(true);
    expect(Object.getPrototypeOf(message[field])).toBe(Object.prototype);
  });

  test("an entry defaults what it lacks; the last of a key wins", () => {
    expect(Keys.fromBinary(bytes("0a 00")).int32).toEqual({ 0: "" });
    expect(Keys.fromBinary(bytes("0a 02 08 05")).int32).toEqual({ 5: "" });
    expect(Keys.fromBinary(bytes("0a 03 12 01 61")).int32).toEqual({ 0: "a" });
    expect(Keys.fromBinary(bytes("0a 03 12 01 61 0a 03 12 01 62")).int32).toEqual({ 0: "b" });
    expect(Keys.fromBinary(bytes("0a 06 12 01 61 12 01 62")).int32).toEqual({ 0: "b" });
    expect(Keys.fromBinary(bytes("5a 00")).bool).toEqual({ false: "" });
    expect(Values.fromBinary(bytes("82 01 03 0a 01 61")).message).toEqual({ a: new Values() });
    expect(Values.fromBinary(bytes("8a 01 03 0a 01 61")).enum).toEqual({ a: 0 });
    expect(Values.fromBinary(bytes("22 00")).int64).toEqual({ "": 0n });
  });

  test("fields within an entry that it does not have are skipped", () => {
    expect(Keys.fromBinary(bytes("0a 0a 08 05 18 07 12 01 61 22 01 78")).int32).toEqual({ 5: "a" });
    expect(() => Keys.fromBinary(bytes("0a 04 08 05 12 05 61"))).toThrow(
      "cannot decode field features.maps.Keys.int32",
    );
  });

  test("deterministic output sorts the keys", () => {
    const keys = { 10: "", 9: "", "-1": "" };
    const message = new Keys({ int32: keys, string: { b: "", a: "", ä: "" } });
    expect(hex(message.toBinary({ deterministic: true }))).toBe(
      "0a 0d 08 ff ff ff ff ff ff ff ff ff 01 12 00 0a 04 08 09 12 00 0a 04 08 0a 12 00 " +
        "62 05 0a 01 61 12 00 62 05 0a 01 62 12 00 62 06 0a 02 c3 a4 12 00",
    );
    const other = new Keys({ string: { ä: "", a: "", b: "" }, int32: { "-1": "", 9: "", 10: "" } });
    expect(hex(other.toBinary({ deterministic: true }))).toBe(hex(message.toBinary({ deterministic: true })));
  });

  test.each([
    [{ int32: { x: "" } }, 'int32["x"]'],
    [{ int32: { 1.5: "" } }, 'int32["1.5"]'],
    [{ bool: { yes: "" } }, 'bool["yes"]'],
    [{ int64: { 1.5: "" } }, 'int64["1.5"]'],
    [{ string: { a: 5 as never } }, 'string["a"]'],
  ])("what is no key or value is refused: %j", (init, path) => {
    expect(() => new Keys(init).toBinary()).toThrow(`cannot encode field features.maps.Keys.${path}`);
  });

  test("JSON keys are strings, in the one form of their type", () => {
    expect(
      Keys.fromJson({ int32: { "-5": "a" }, bool: { true: "b" }, uint64: { "18446744073709551615": "c" } }),
    ).toEqual(new Keys({ int32: { "-5": "a" }, bool: { true: "b" }, uint64: { "18446744073709551615": "c" } }));
    expect(() => Keys.fromJson({ int32: { a: "" } })).toThrow("features.maps.Keys.int32");
    expect(() => Keys.fromJson({ bool: { True: "" } })).toThrow("features.maps.Keys.bool");
    expect(() => Keys.fromJson({ string: { a: null } })).toThrow("features.maps.Keys.string");
    expect(() => Keys.fromJsonString('{"string":{"a":"","a":""}}')).toThrow();
  });
});
