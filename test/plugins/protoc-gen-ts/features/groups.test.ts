import { describe, expect, test } from "@jest/globals";
import * as js2023 from "../../../gen/js/features/edition2023_pb.js";
import * as js2024 from "../../../gen/js/features/edition2024_pb.js";
import * as js2 from "../../../gen/js/features/proto2_pb.js";
import * as ts2023 from "../../../gen/ts/features/edition2023_pb.js";
import * as ts2024 from "../../../gen/ts/features/edition2024_pb.js";
import * as ts2 from "../../../gen/ts/features/proto2_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", p2: ts2, e2023: ts2023, e2024: ts2024 },
  { target: "js", p2: js2 as unknown as typeof ts2, e2023: js2023, e2024: js2024 as unknown as typeof ts2024 },
])("target=$target", ({ p2, e2023, e2024 }) => {
  test("a group has a field, named in lower case, and a message", () => {
    const message = new p2.Groups({
      one: { x: 1, again: { many: [{ x: 2 }, {}] } },
      choice: { case: "chosen", value: new p2.Groups_Chosen({ x: 3 }) },
    });
    expect(hex(message.toBinary())).toBe("0b 08 01 12 06 13 08 02 14 13 14 0c 1b 08 03 1c");
    expect(p2.Groups.fromBinary(message.toBinary())).toEqual(message);
    expect(message.toJson()).toEqual({ one: { x: 1, again: { many: [{ x: 2 }, {}] } }, chosen: { x: 3 } });
  });

  test("the delimited encoding, also of a message of another file; never of a map", () => {
    const x = { x: 1 };
    const message = new e2023.Delimited({
      prefixed: x,
      delimited: x,
      list: [x, {}],
      choice: { case: "chosen", value: x },
      byKey: { 1: x },
    });
    expect(hex(message.toBinary())).toBe(
      "0a 02 08 01 13 08 01 14 1b 08 01 1c 1b 1c 23 08 01 24 2a 06 08 01 12 02 08 01",
    );
    expect(e2023.Delimited.fromBinary(message.toBinary())).toEqual(message);

    const file = new e2024.Everything({ delimited: { imported: x }, byKey: { a: { imported: x } } });
    expect(hex(file.toBinary())).toBe("2b 33 08 01 34 2c 42 09 0a 01 61 12 04 33 08 01 34");
    expect(e2024.Everything.fromBinary(file.toBinary())).toEqual(file);
  });

  test("a group that came twice is merged", () => {
    const message = p2.Groups.fromBinary(bytes("0b 08 01 0c 0b 12 00 0c"));
    expect(message).toEqual(new p2.Groups({ one: { x: 1, again: {} } }));
  });

  test.each([
    ["unended", "0b 08 01"],
    ["ended by another", "0b 08 01 14"],
    ["ended without a beginning", "0c"],
    ["that goes on past its message", "0b 12 01 0b 0c 0c"],
  ])("a group %s is refused", (_, encoded) => {
    expect(() => p2.Groups.fromBinary(bytes(encoded))).toThrow("cannot decode ");
  });

  test("the other encoding is an unknown field, not an error and not a guess", () => {
    expect(e2023.Delimited.fromBinary(bytes("0b 08 01 0c 12 02 08 01"))).toMatchObject({
      prefixed: undefined,
      delimited: undefined,
      $unknown: [
        { no: 1, wireType: 3, data: bytes("08 01 0c") },
        { no: 2, wireType: 2, data: bytes("02 08 01") },
      ],
    });
  });
});
