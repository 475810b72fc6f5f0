import { describe, expect, test } from "@jest/globals";
import * as js2 from "../../../gen/js/features/proto2_pb.js";
import * as js3 from "../../../gen/js/features/proto3_pb.js";
import * as ts2 from "../../../gen/ts/features/proto2_pb.js";
import * as ts3 from "../../../gen/ts/features/proto3_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", p2: ts2, p3: ts3 },
  { target: "js", p2: js2 as unknown as typeof ts2, p3: js3 as unknown as typeof ts3 },
])("target=$target", ({ p2, p3 }) => {
  test("names and numbers, both ways", () => {
    expect(p2.Color.GREEN).toBe(2);
    expect(p2.Color[2]).toBe("GREEN");
    expect(p2.Color[-1]).toBe("NEGATIVE");
    expect(Object.keys(p2.Color).sort()).toEqual(["-1", "1", "2", "GREEN", "NEGATIVE", "RED"]);
  });

  test("an open enum takes any number", () => {
    const seven: number = 7;
    const init = {
      one: seven,
      list: [seven, 0],
      byKey: { a: seven },
      choice: { case: "chosen", value: seven },
    } as const;
    const message = new p3.Open3(init);
    const encoded = hex(message.toBinary());
    expect(encoded).toBe("08 07 12 02 07 00 1a 05 0a 01 61 10 07 20 07");
    expect(p3.Open3.fromBinary(bytes(encoded))).toEqual(message);
    expect(message.toJson()).toEqual({ one: 7, list: [7, "OPEN_ZERO"], byKey: { a: 7 }, chosen: 7 });
    expect(p3.Open3.fromJson(message.toJson())).toEqual(message);
  });

  test.each([
    ["singular", "08 07", {}],
    ["negative", "08 f9 ff ff ff ff ff ff ff ff 01", {}],
    ["list", "10 02 10 07 10 01", { expanded: [2, 1] }],
    ["packed list", "1a 03 02 07 01", { packed: [2, 1] }],
    ["packed list that is read expanded", "12 03 02 07 01", { expanded: [2, 1] }],
    ["oneof", "20 07", {}],
    ["oneof that is set", "28 05 20 07", { choice: { case: "other" as const, value: 5 } }],
    ["map", "32 04 08 01 10 07 32 04 08 02 10 01", { byKey: { 2: 1 } }],
  ])("a closed enum leaves others to the unknown fields: %s", (_, encoded, init) => {
    const message = p2.Closed.fromBinary(bytes(encoded));
    expect({ ...message, $unknown: undefined }).toEqual({ ...new p2.Closed(init) });
    expect(message.$unknown).toHaveLength(1);
    const again = p2.Closed.fromBinary(message.toBinary());
    expect({ ...again, $unknown: undefined }).toEqual({ ...message, $unknown: undefined });
    expect(again.$unknown).toEqual(message.$unknown);
    const dropped = p2.Closed.fromBinary(bytes(encoded), { readUnknownFields: false });
    expect(dropped.$unknown).toBeUndefined();
  });

  test("JSON of a closed enum takes its names and numbers only", () => {
    expect(p2.Closed.fromJson({ one: "GREEN", packed: [1, "NEGATIVE"] })).toEqual(
      new p2.Closed({ one: 2, packed: [1, -1] }),
    );
    expect(() => p2.Closed.fromJson({ one: "BLUE" })).toThrow("field features.proto2.Closed.one from JSON");
    expect(() => p2.Closed.fromJson({ one: 7 })).toThrow("field features.proto2.Closed.one from JSON");
    expect(p2.Closed.fromJson({ one: "BLUE", expanded: ["RED", "BLUE"] }, { ignoreUnknownFields: true })).toEqual(
      new p2.Closed({ expanded: [1] }),
    );
  });
});
