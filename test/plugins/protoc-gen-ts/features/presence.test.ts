import { isFieldSet } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import * as js2023 from "../../../gen/js/features/edition2023_pb.js";
import * as js2024 from "../../../gen/js/features/edition2024_pb.js";
import * as js2 from "../../../gen/js/features/proto2_pb.js";
import * as js3 from "../../../gen/js/features/proto3_pb.js";
import * as ts2023 from "../../../gen/ts/features/edition2023_pb.js";
import * as ts2024 from "../../../gen/ts/features/edition2024_pb.js";
import * as ts2 from "../../../gen/ts/features/proto2_pb.js";
import * as ts3 from "../../../gen/ts/features/proto3_pb.js";
import { bytes, hex } from "../hex.js";

const targets = [
  { target: "ts", p2: ts2, p3: ts3, e2023: ts2023, e2024: ts2024 },
  { target: "js", p2: js2 as unknown as typeof ts2, p3: js3 as unknown as typeof ts3, e2023: js2023, e2024: js2024 },
];

describe.each(targets)("target=$target", ({ p2, p3, e2023, e2024 }) => {
  test("explicit presence: unset is undefined, set to zero is written", () => {
    const unset = new p2.Presence();
    // All own, in one order: one hidden class.
    expect(Object.keys(unset)).toEqual("$typeName number text blob yes color message list".split(" "));
    expect(unset.number).toBeUndefined();
    expect(hex(unset.toBinary())).toBe("");
    const zero = new p2.Presence({ number: 0, text: "", blob: new Uint8Array(), yes: false, message: {} });
    expect(hex(zero.toBinary())).toBe("08 00 12 00 1a 00 20 00 32 00");
    const decoded = p2.Presence.fromBinary(zero.toBinary());
    expect(decoded).toEqual(zero);
    expect(decoded.equals(unset)).toBe(false);
    expect(decoded.toJson()).toEqual({ number: 0, text: "", blob: "", yes: false, message: {} });
    expect(isFieldSet(decoded, p2.PresenceSchema.field.number)).toBe(true);
    expect(isFieldSet(unset, p2.PresenceSchema.field.number)).toBe(false);
  });

  test("implicit presence: zero is the same as unset", () => {
    const unset = new p3.Presence();
    expect(unset).toMatchObject({ implicit: 0, text: "", real: 0, yes: false, open: 0, explicit: undefined });
    expect(hex(new p3.Presence({ implicit: 0, text: "", yes: false, open: p3.Open.ZERO }).toBinary())).toBe("");
    expect(hex(new p3.Presence({ explicit: 0, maybeText: "", maybeOpen: 0 }).toBinary())).toBe("10 00 22 00 48 00");
    expect(p3.Presence.fromBinary(bytes("08 00")).equals(unset)).toBe(true);
    expect(unset.toJson()).toEqual({});
    expect(unset.toJson({ alwaysEmitImplicit: true })).toMatchObject({
      implicit: 0,
      text: "",
      blob: "",
      open: "OPEN_ZERO",
    });
  });

  test("implicit presence: minus zero is not zero", () => {
    const message = new p3.Presence({ real: -0 });
    expect(hex(message.toBinary())).toBe("31 00 00 00 00 00 00 00 80");
    expect(Object.is(p3.Presence.fromBinary(message.toBinary()).real, -0)).toBe(true);
  });

  test("editions: the feature of the field, of the file, of the edition", () => {
    const message = new e2023.Presence({ explicit: 0, implicit: 0, required: 0 });
    expect(hex(message.toBinary())).toBe("08 00 18 00");
    const file = new e2024.Everything({ implicit: 0, explicit: 0 });
    expect(hex(file.toBinary())).toBe("10 00");
    expect(new e2024.Everything()).toMatchObject({ implicit: 0, explicit: undefined, raw: "", kind: undefined });
  });

  test("null in an init leaves a field unset", () => {
    const message = new p2.Presence({ number: null, message: null, text: undefined });
    expect(message).toEqual(new p2.Presence());
  });

  test("singular messages merge, scalars are replaced, lists grow", () => {
    const message = p2.Presence.fromBinary(bytes("08 01 08 02 32 02 08 01 32 03 12 01 61 38 01 38 02"));
    expect(message).toEqual(new p2.Presence({ number: 2, message: { number: 1, text: "a" }, list: [1, 2] }));
    message.mergeFromBinary(bytes("32 02 08 09 38 03"));
    expect(message).toEqual(new p2.Presence({ number: 2, message: { number: 9, text: "a" }, list: [1, 2, 3] }));
  });
});
