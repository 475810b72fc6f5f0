import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/proto2_pb.js";
import * as ts from "../../../gen/ts/features/proto2_pb.js";
import { bytes } from "../hex.js";

describe.each([
  { target: "ts", p: ts },
  { target: "js", p: js as unknown as typeof ts },
])("target=$target", ({ p: { Presence, Groups } }) => {
  test("bytes are a view of the input, or a copy", () => {
    const input = bytes("1a 02 01 02");
    const view = Presence.fromBinary(input);
    const copy = Presence.fromBinary(input, { bytes: "copy" });
    expect(view.blob!.buffer).toBe(input.buffer);
    expect(copy.blob!.buffer.byteLength).toBe(2);
    input[3] = 9;
    expect(view.blob).toEqual(bytes("01 09"));
    expect(copy.blob).toEqual(bytes("01 02"));
  });

  test("input that is a part of a buffer", () => {
    const part = bytes("ff ff 1a 02 01 02 ff").subarray(2, 6);
    expect(Presence.fromBinary(part).blob).toEqual(bytes("01 02"));
    expect(Presence.fromBinary(Buffer.from(part)).blob).toEqual(bytes("01 02"));
  });

  const nest = (depth: number): Uint8Array => {
    let message = new Presence();
    for (let i = 0; i < depth; i++) message = new Presence({ message });
    return message.toBinary();
  };
  const nestGroups = (depth: number): Uint8Array => bytes(`${"13 ".repeat(depth)}${"14 ".repeat(depth)}`);

  test("the recursion limit, 100 unless given, counts messages", () => {
    expect(() => Presence.fromBinary(nest(100))).not.toThrow();
    expect(() => Presence.fromBinary(nest(101))).toThrow(
      "cannot decode field features.proto2.Presence.message.message",
    );
    expect(() => Presence.fromBinary(nest(101), { recursionLimit: 101 })).not.toThrow();
    expect(() => Presence.fromBinary(nest(3), { recursionLimit: 2 })).toThrow("message.message");
    expect(() => Presence.fromBinary(nest(0), { recursionLimit: 0 })).not.toThrow();
  });

  test("the recursion limit counts groups, unknown ones too", () => {
    expect(() => Groups.fromBinary(nestGroups(1))).not.toThrow();
    expect(() => Groups.fromBinary(nestGroups(101))).toThrow("cannot decode ");
    expect(() => Presence.fromBinary(bytes(`${"a3 06 ".repeat(101)}${"a4 06 ".repeat(101)}`))).toThrow(
      "cannot decode ",
    );
    expect(() => Presence.fromBinary(bytes(`${"a3 06 ".repeat(99)}${"a4 06 ".repeat(99)}`))).not.toThrow();
  });

  test("the recursion limit of JSON", () => {
    const nestJson = (depth: number): string => `${'{"message":'.repeat(depth)}{}${"}".repeat(depth)}`;
    expect(() => Presence.fromJsonString(nestJson(99))).not.toThrow();
    expect(() => Presence.fromJsonString(nestJson(101))).toThrow("cannot decode ");
    expect(() => Presence.fromJsonString(nestJson(3), { recursionLimit: 2 })).toThrow("cannot decode ");
  });

  test("a message that contains itself is refused on encode", () => {
    const message = new Presence();
    message.message = message;
    expect(() => message.toBinary()).toThrow(
      "cannot encode field features.proto2.Presence.message: it contains itself",
    );
    expect(() => message.toJson()).toThrow("features.proto2.Presence");
  });

  test("what is no Uint8Array is refused", () => {
    expect(() => Presence.fromBinary("08 01" as never)).toThrow(
      "cannot decode message features.proto2.Presence: expected a Uint8Array",
    );
    expect(() => Presence.fromBinary(undefined as never)).toThrow("expected a Uint8Array, got undefined");
    expect(() => Presence.fromBinary(new Uint16Array(1) as never)).toThrow("expected a Uint8Array");
  });

  test("an error names the path of the field", () => {
    const input = bytes("38 01 32 06 32 04 38 01 12 05");
    expect(() => Presence.fromBinary(input)).toThrow(
      /^cannot decode field features\.proto2\.Presence\.message\.message\.text: /,
    );
    expect(() => Presence.fromBinary(bytes("08"))).toThrow("cannot decode field features.proto2.Presence.number");
    expect(() => Presence.fromBinary(bytes("00 00"))).toThrow("cannot decode ");
    expect(() => Presence.fromBinary(bytes("0e"))).toThrow("cannot decode ");
  });
});
