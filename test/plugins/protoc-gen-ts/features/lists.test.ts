import { describe, expect, test } from "@jest/globals";
import * as js2023 from "../../../gen/js/features/edition2023_pb.js";
import * as js2024 from "../../../gen/js/features/edition2024_pb.js";
import * as js3 from "../../../gen/js/features/proto3_pb.js";
import * as ts2023 from "../../../gen/ts/features/edition2023_pb.js";
import * as ts2024 from "../../../gen/ts/features/edition2024_pb.js";
import * as ts3 from "../../../gen/ts/features/proto3_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", p3: ts3, e2023: ts2023, e2024: ts2024 },
  { target: "js", p3: js3 as unknown as typeof ts3, e2023: js2023, e2024: js2024 as unknown as typeof ts2024 },
])("target=$target", ({ p3, e2023, e2024 }) => {
  test("packed or expanded, as the feature says", () => {
    expect(hex(new e2023.Lists({ packed: [1, 2], expanded: [1, 2] }).toBinary())).toBe("0a 02 01 02 10 01 10 02");
    expect(hex(new p3.Presence({ packed: [1], expanded: [1] }).toBinary())).toBe("5a 01 01 60 01");
    expect(hex(new e2024.Everything({ expanded: [1, 2] }).toBinary())).toBe("18 01 18 02");
    expect(hex(new e2023.Lists({ packed: [], expanded: [] }).toBinary())).toBe("");
  });

  test("both forms are read, and mixed", () => {
    const both = bytes("08 01 0a 02 02 03 08 04 12 02 01 02 10 03 12 00 0a 00");
    expect(e2023.Lists.fromBinary(both)).toEqual(new e2023.Lists({ packed: [1, 2, 3, 4], expanded: [1, 2, 3] }));
  });

  test("an init's list is copied", () => {
    const packed = [1];
    const message = new e2023.Lists({ packed });
    packed.push(2);
    expect(message.packed).toEqual([1]);
  });
});
