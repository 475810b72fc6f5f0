/** The option int64, and jstype, which goes before it: 64-bit integers wherever they can stand. */
import { create, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { getExtension, setExtension } from "@protoloom/protobuf";
import { hex } from "../hex.js";
import { load } from "../load.js";

const sources = {
  "long.proto": `
    edition = "2023";
    package long;
    import "google/protobuf/wrappers.proto";
    message Long {
      int64 explicit = 1;
      uint64 implicit = 2 [features.field_presence = IMPLICIT];
      sint64 zigzag = 3;
      fixed64 fixed = 4;
      sfixed64 sfixed = 5;
      repeated int64 packed = 6;
      repeated sint64 expanded = 7 [features.repeated_field_encoding = EXPANDED];
      map<int64, int64> by_key = 8;
      oneof choice { int64 chosen = 9; }
      google.protobuf.Int64Value wrapper = 10;
      int64 with_default = 11 [default = -5];
      int64 as_string = 12 [jstype = JS_STRING];
      int64 as_number = 13 [jstype = JS_NUMBER];
      int64 normal = 14 [jstype = JS_NORMAL];
      extensions 100 to 199;
    }
    extend Long {
      int64 extension = 100 [default = 7];
      repeated int64 list = 101;
    }
  `,
};

const shapes = {
  bigint: { of: (n: number) => BigInt(n), max: 9223372036854775807n },
  string: { of: (n: number) => String(n), max: "9223372036854775807" },
  number: { of: (n: number) => n, max: Number.MAX_SAFE_INTEGER },
};

describe.each(["ts", "js"])("target=%s", (target) => {
  describe.each(["bigint", "string", "number"] as const)("int64=%s", (int64) => {
    const { of, max } = shapes[int64];

    test("every place", async () => {
      const p = await load(`int64-${int64}-${target}`, sources, `target=${target},int64=${int64}`);
      const init = {
        explicit: of(-1),
        implicit: of(1),
        zigzag: of(-2),
        fixed: of(3),
        sfixed: of(-3),
        packed: [of(1), max],
        expanded: [of(-1), of(0)],
        byKey: { "-9223372036854775808": of(4) },
        choice: { case: "chosen", value: of(5) },
        wrapper: 6n, // is google.protobuf.Int64Value's value, whose code is the runtime's
        asString: "12",
        asNumber: 13,
        normal: of(14),
      };
      const message = new p.Long(init);
      const decoded = p.Long.fromBinary(message.toBinary());
      expect(decoded).toEqual(message);
      expect(decoded).toMatchObject(init);
      expect(p.Long.fromJson(message.toJson())).toEqual(message);
      expect(message.toJson()).toMatchObject({
        explicit: "-1",
        packed: ["1", String(max)],
        chosen: "5",
        asNumber: "13",
      });
      expect(p.LongDefaults).toEqual({ withDefault: of(-5) });
      expect(new p.Long().implicit).toBe(of(0));
      expect(hex(new p.Long({ implicit: of(0) }).toBinary())).toBe("");

      expect(getExtension(message, p.extension)).toBe(of(7));
      setExtension(message, p.extension, of(8));
      setExtension(message, p.list, [of(1), of(2)]);
      expect(getExtension(p.Long.fromBinary(message.toBinary()), p.extension)).toBe(of(8));
      expect(getExtension(p.Long.fromBinary(message.toBinary()), p.list)).toEqual([of(1), of(2)]);
    });

    test("what is no such integer is refused", async () => {
      const p = await load(`int64-${int64}-${target}-bad`, sources, `target=${target},int64=${int64}`);
      for (const value of ["x", "1.5", 1.5, Number.NaN, {}, null, "9223372036854775808", 1n << 63n]) {
        const message = new p.Long();
        message.explicit = value;
        expect(() => message.toBinary()).toThrow("cannot encode field long.Long.explicit: ");
        message.explicit = undefined;
        message.packed = [of(1), value];
        expect(() => message.toBinary()).toThrow("cannot encode field long.Long.packed[1]: ");
      }
    });
  });

  test("int64=number refuses to decode what a number cannot hold", async () => {
    const p = await load(`int64-unsafe-${target}`, sources, `target=${target},int64=number`);
    const big = await load(`int64-unsafe-${target}-bigint`, sources, `target=${target}`);
    const bytes = new big.Long({ packed: [1n, 1n << 53n] }).toBinary();
    expect(() => p.Long.fromBinary(bytes)).toThrow("cannot decode field long.Long.packed");
    expect(() => p.Long.fromBinary(new big.Long({ explicit: -(1n << 53n) }).toBinary())).toThrow("long.Long.explicit");
    expect(() => p.Long.fromJson({ explicit: "9007199254740993" })).toThrow("field long.Long.explicit from JSON");
  });

  test("int64=string: reflection has the same shape", async () => {
    const p = await load(`int64-reflect-${target}`, sources, `target=${target},int64=string`);
    const message = new p.Long({
      explicit: "-1",
      packed: ["1"],
      choice: { case: "chosen", value: "5" },
      byKey: { 1: "2" },
    });
    expect(p.LongSchema.field.explicit.longAsString).toBe(true);
    expect(hex(toBinary(p.LongSchema, message))).toBe(hex(message.toBinary()));
    expect(toJson(p.LongSchema, message)).toEqual(message.toJson());
    expect(fromBinary(p.LongSchema, message.toBinary())).toMatchObject({ explicit: "-1", packed: ["1"] });
    expect(create(p.LongSchema, { explicit: "3" })).toMatchObject({ explicit: "3" });
  });
});
