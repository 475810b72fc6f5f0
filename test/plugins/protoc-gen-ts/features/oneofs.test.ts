import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/oneofs_pb.js";
import * as ts from "../../../gen/ts/features/oneofs_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", Oneofs: ts.Oneofs },
  { target: "js", Oneofs: js.Oneofs as unknown as typeof ts.Oneofs },
])("target=$target", ({ Oneofs }) => {
  test("unset, set to zero, set", () => {
    expect(new Oneofs().choice).toEqual({ case: undefined });
    expect(hex(new Oneofs().toBinary())).toBe("");
    expect(hex(new Oneofs({ choice: { case: "number", value: 0 } }).toBinary())).toBe("08 00");
    expect(hex(new Oneofs({ choice: { case: "text", value: "" } }).toBinary())).toBe("12 00");
    expect(hex(new Oneofs({ choice: { case: undefined } }).toBinary())).toBe("");
    const message = new Oneofs();
    message.choice = { case: "yes", value: false };
    expect(hex(message.toBinary())).toBe("20 00");
    expect(new Oneofs().choice).toEqual({ case: undefined }); // what unset oneofs share has not changed
  });

  test("the case tells the type", () => {
    const { choice } = new Oneofs({ choice: { case: "message", value: { plain: 1 } } });
    if (choice.case !== "message") throw new Error();
    const plain: number = choice.value.plain;
    expect(plain).toBe(1);
    expect(choice.value).toBeInstanceOf(Oneofs);
    // @ts-expect-error the value is of another case
    new Oneofs({ choice: { case: "text", value: 1 } });
  });

  test("the last case wins, the same message merges", () => {
    expect(Oneofs.fromBinary(bytes("08 01 12 01 61")).choice).toEqual({ case: "text", value: "a" });
    expect(Oneofs.fromBinary(bytes("12 01 61 08 01")).choice).toEqual({ case: "number", value: 1 });
    const merged = Oneofs.fromBinary(bytes("2a 03 f0 01 07 2a 03 a0 01 01"));
    expect(merged.choice).toEqual({
      case: "message",
      value: new Oneofs({ plain: 7, second: { case: "a", value: 1 } }),
    });
    const replaced = Oneofs.fromBinary(bytes("2a 03 f0 01 07 08 01 2a 03 a0 01 01"));
    expect(replaced.choice).toEqual({ case: "message", value: new Oneofs({ second: { case: "a", value: 1 } }) });
  });

  test("two oneofs are apart", () => {
    const message = Oneofs.fromBinary(bytes("a0 01 01 a8 01 02 08 03"));
    expect(message.second).toEqual({ case: "b", value: 2 });
    expect(message.choice).toEqual({ case: "number", value: 3 });
  });

  test("JSON has the name of the case", () => {
    expect(new Oneofs({ choice: { case: "long", value: 5n } }).toJson()).toEqual({ long: "5" });
    expect(new Oneofs({ choice: { case: "null", value: 0 } }).toJson()).toEqual({ null: null });
    expect(Oneofs.fromJson({ null: null }).choice).toEqual({ case: "null", value: 0 });
    expect(Oneofs.fromJson({ value: null }).choice.case).toBe("value");
    expect(Oneofs.fromJson({ number: null }).choice.case).toBeUndefined();
    expect(new Oneofs({ choice: { case: "stringLong", value: "12" } }).toJson()).toEqual({ stringLong: "12" });
    expect(() => Oneofs.fromJson({ number: 1, text: "a" })).toThrow("features.oneofs.Oneofs");
  });

  test("a value of another type is refused, with its path", () => {
    const message = new Oneofs();
    message.choice = { case: "number", value: "1" as never };
    expect(() => message.toBinary()).toThrow("cannot encode field features.oneofs.Oneofs.number: expected int32");
    message.choice = undefined as never;
    expect(() => message.toBinary()).toThrow("features.oneofs.Oneofs");
  });
});
