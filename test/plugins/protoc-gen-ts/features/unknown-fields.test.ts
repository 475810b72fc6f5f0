import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/proto2_pb.js";
import * as ts from "../../../gen/ts/features/proto2_pb.js";
import { bytes, hex } from "../hex.js";

const unknown = "d0 0f 01 d1 0f 00 00 00 00 00 00 00 00 d2 0f 01 61 d3 0f 08 01 d4 0f d5 0f 00 00 00 00";

describe.each([
  { target: "ts", Presence: ts.Presence },
  { target: "js", Presence: js.Presence as unknown as typeof ts.Presence },
])("target=$target", ({ Presence }) => {
  test("are kept, in their order, behind the known ones, and of nested messages too", () => {
    const message = Presence.fromBinary(bytes(`${unknown} 08 01 32 03 d0 0f 02`));
    expect(message.$unknown?.map(({ no, wireType }) => [no, wireType])).toEqual(
      [0, 1, 2, 3, 5].map((type) => [250, type]),
    );
    expect(hex(message.toBinary())).toBe(`08 01 32 03 d0 0f 02 ${unknown}`);
    expect(message.toJson()).toEqual({ number: 1, message: {} });
  });

  test("$unknown is there with the first of them, behind the fields", () => {
    const none = Presence.fromBinary(bytes("08 01"));
    expect(Object.keys(none)).not.toContain("$unknown");
    expect(Object.keys(Presence.fromBinary(bytes(`${unknown} 08 01`)))).toEqual([...Object.keys(none), "$unknown"]);
  });

  test("options leave them out", () => {
    const message = Presence.fromBinary(bytes(`08 01 ${unknown}`));
    expect(hex(message.toBinary({ writeUnknownFields: false }))).toBe("08 01");
    const dropped = Presence.fromBinary(bytes(`08 01 ${unknown}`), { readUnknownFields: false });
    expect(dropped.$unknown).toBeUndefined();
    expect(hex(dropped.toBinary())).toBe("08 01");
  });

  test("what they hold is a copy; a clone has its own; equals leaves them out", () => {
    const input = bytes("d2 0f 01 61");
    const message = Presence.fromBinary(input);
    input.fill(0);
    expect(hex(message.toBinary())).toBe("d2 0f 01 61");
    const clone = message.clone();
    clone.$unknown!.pop();
    expect(message.$unknown).toHaveLength(1);
    expect(clone.equals(message)).toBe(true);
  });

  test("a field with another wire type is unknown", () => {
    const message = Presence.fromBinary(bytes("0a 01 61 10 05 15 00 00 00 00"));
    expect(message).toMatchObject({ number: undefined, text: undefined });
    expect(message.$unknown?.map(({ no, wireType }) => [no, wireType])).toEqual([
      [1, 2],
      [2, 0],
      [2, 5],
    ]);
    expect(hex(message.toBinary())).toBe("0a 01 61 10 05 15 00 00 00 00");
  });
});
