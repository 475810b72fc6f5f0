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

describe.each([
  { target: "ts", p2: ts2, p3: ts3, e2023: ts2023, e2024: ts2024 },
  { target: "js", p2: js2, p3: js3 as unknown as typeof ts3, e2023: js2023, e2024: js2024 },
])("target=$target", ({ p2, p3, e2023, e2024 }) => {
  test.each([
    ["checked", "0a 02 61 ff"],
    ["list", "12 01 61 12 01 ff"],
    ["by_key", "1a 05 0a 01 ff 12 00"],
    ["by_key", "1a 05 0a 00 12 01 ff"],
    ["chosen", "22 01 ff"],
  ])("VERIFY refuses invalid UTF-8: %s, %s", (field, encoded) => {
    expect(() => p3.Utf8.fromBinary(bytes(encoded))).toThrow(`cannot decode field features.proto3.Utf8.${field}`);
  });

  test.each(["ff", "c0 80", "ed a0 80", "f4 90 80 80", "e2 82"])("VERIFY refuses %s", (text) => {
    const length = bytes(text).length;
    expect(() => p3.Utf8.fromBinary(bytes(`0a 0${length} ${text}`))).toThrow("Utf8.checked");
    expect(() => e2023.Strings.fromBinary(bytes(`0a 0${length} ${text}`))).toThrow("Strings.checked");
  });

  test("NONE takes it, and gives the same bytes back", () => {
    expect(hex(p2.Utf8.fromBinary(bytes("0a 02 61 ff")).toBinary())).toBe("0a 02 61 ff");
    expect(hex(e2023.Strings.fromBinary(bytes("12 01 ff 1a 02 c3 a9")).toBinary())).toBe("12 01 ff 1a 02 c3 a9");
    expect(e2023.Strings.fromBinary(bytes("1a 02 c3 a9")).rawList).toEqual(["é"]);
    expect(hex(e2024.Everything.fromBinary(bytes("22 02 ff fe")).toBinary())).toBe("22 02 ff fe");
  });

  test("a lone surrogate is refused on encode", () => {
    expect(() => new p3.Utf8({ checked: "a\ud800" }).toBinary()).toThrow(
      "cannot encode field features.proto3.Utf8.checked",
    );
    expect(() => new p3.Utf8({ byKey: { "\udc00": "" } }).toBinary()).toThrow(
      "cannot encode field features.proto3.Utf8.by_key",
    );
  });
});
