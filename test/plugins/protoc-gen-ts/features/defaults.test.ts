import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/proto2_pb.js";
import * as ts from "../../../gen/ts/features/proto2_pb.js";
import { bytes } from "../hex.js";

describe.each([
  { target: "ts", p: ts },
  { target: "js", p: js as unknown as typeof ts },
])("target=$target", ({ p }) => {
  test("the defaults that a message declares, in the shape of its properties", () => {
    expect(p.DefaultsDefaults).toEqual({
      int32: -7,
      uint64: 18446744073709551615n,
      sint64: "-9223372036854775808",
      fixed64: 9,
      inf: Number.POSITIVE_INFINITY,
      minusInf: Number.NEGATIVE_INFINITY,
      nan: Number.NaN,
      minusZero: -0,
      real: 1500,
      yes: true,
      text: 'a "quoted" \n text «é🎉»',
      blob: bytes("00 ff 22 27 5c 0a 3f"),
      color: p.Color.GREEN,
      empty: "",
    });
  });

  test("a field that is not set is undefined, and is not written", () => {
    const message = new p.Defaults();
    expect(message.int32).toBeUndefined();
    expect(message.int32 ?? p.DefaultsDefaults.int32).toBe(-7);
    expect(message.toBinary()).toHaveLength(0);
    expect(message.toJson()).toEqual({});
    expect(new p.Defaults({ int32: -7 }).toBinary()).toHaveLength(11);
  });

  test("a message that declares none exports none", () => {
    expect(p).not.toHaveProperty("PresenceDefaults");
  });
});
