import { createRegistry as createEsRegistry, getExtension as getEs, setExtension as setEs } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { clearExtension, createRegistry, getExtension, hasExtension, setExtension } from "@protoloom/protobuf";
import * as js from "../../../gen/js/features/proto2_pb.js";
import * as ts from "../../../gen/ts/features/proto2_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", p: ts },
  { target: "js", p: js as unknown as typeof ts },
])("target=$target", ({ p }) => {
  const { Extended, Presence } = p;

  test("get, set, has and clear, with types", () => {
    const message = new Extended({ own: 1 });
    expect(hasExtension(message, p.text)).toBe(false);
    const unset: string = getExtension(message, p.text);
    expect(unset).toBe("");
    setExtension(message, p.text, "a");
    expect(hasExtension(message, p.text)).toBe(true);
    expect(getExtension(message, p.text)).toBe("a");
    setExtension(message, p.text, "b");
    expect(hex(message.toBinary())).toBe("08 01 aa 06 01 62");
    clearExtension(message, p.text);
    expect(hasExtension(message, p.text)).toBe(false);
    expect(hex(message.toBinary())).toBe("08 01");
    // @ts-expect-error the value is a string
    expect(() => setExtension(message, p.text, 5)).toThrow();
    // @ts-expect-error it extends another message
    expect(() => setExtension(new Presence(), p.text, "a")).toThrow("extends features.proto2.Extended");
  });

  test("every shape", () => {
    const message = new Extended();
    setExtension(message, p.number$, -1);
    setExtension(message, p.texts, ["a", "b"]);
    setExtension(message, p.packed, [1, -1]);
    setExtension(message, p.message, new Presence({ number: 1 }));
    setExtension(message, p.messages, [new Presence(), new Presence({ number: 2 })]);
    setExtension(message, p.ingroup, new p.InGroup({ x: 3 }));
    setExtension(message, p.tint, p.Color.RED);
    setExtension(message, p.long, 1n);
    setExtension(message, p.blob, bytes("00 ff"));
    setExtension(message, p.string_long, "-5");
    const decoded = Extended.fromBinary(message.toBinary());
    expect(getExtension(decoded, p.number$)).toBe(-1);
    expect(getExtension(decoded, p.texts)).toEqual(["a", "b"]);
    expect(getExtension(decoded, p.packed)).toEqual([1, -1]);
    expect(getExtension(decoded, p.message)).toEqual(new Presence({ number: 1 }));
    expect(getExtension(decoded, p.message)).toBeInstanceOf(Presence);
    expect(getExtension(decoded, p.messages)).toHaveLength(2);
    expect(getExtension(decoded, p.ingroup)).toEqual(new p.InGroup({ x: 3 }));
    expect(getExtension(decoded, p.tint)).toBe(p.Color.RED);
    expect(getExtension(decoded, p.long)).toBe(1n);
    expect(getExtension(decoded, p.blob)).toEqual(bytes("00 ff"));
    expect(getExtension(decoded, p.string_long)).toBe("-5");
    expect(hex(decoded.toBinary())).toBe(hex(message.toBinary()));
  });

  test("defaults of what is not set", () => {
    const message = new Extended();
    expect(getExtension(message, p.number$)).toBe(5);
    expect(getExtension(message, p.tint)).toBe(p.Color.GREEN);
    expect(getExtension(message, p.texts)).toEqual([]);
    expect(getExtension(message, p.message)).toEqual(new Presence());
    expect(getExtension(message, p.long)).toBe(0n);
    expect(getExtension(message, p.string_long)).toBe("0");
    expect(getExtension(message, p.blob)).toEqual(new Uint8Array());
  });

  test("packed and expanded, merged and replaced, as any field", () => {
    const message = Extended.fromBinary(
      bytes("b8 06 02 ba 06 02 04 06 a0 06 01 a0 06 02 c2 06 02 08 01 c2 06 03 12 01 61"),
    );
    expect(getExtension(message, p.packed)).toEqual([1, 2, 3]);
    expect(getExtension(message, p.number$)).toBe(2);
    expect(getExtension(message, p.message)).toEqual(new Presence({ number: 1, text: "a" }));
  });

  test("a value that a closed enum does not have is as good as unset", () => {
    const message = Extended.fromBinary(bytes("d8 06 63"));
    expect(getExtension(message, p.tint)).toBe(p.Color.GREEN);
  });

  test("a required field within is demanded", () => {
    const message = new Extended();
    const required = new p.Required({ id: 1, inner: { yes: true } });
    setExtension(message, p.required, required);
    expect(getExtension(message, p.required)).toEqual(required);
    expect(hasExtension(message, p.required)).toBe(true);
  });

  test("protobuf-es reads what we set, and we what it sets", () => {
    const message = new Extended();
    setEs(message, p.texts, ["a"]);
    expect(getExtension(message, p.texts)).toEqual(["a"]);
    setExtension(message, p.number$, 9);
    expect(getEs(message, p.number$)).toBe(9);
    expect(createEsRegistry(p.file_features_proto2).getExtensionFor(p.ExtendedSchema, 101)).toBe(p.text);
  });

  test("JSON, by a registry", () => {
    const registry = createRegistry(p.text, p.messages, p.long, p.number$);
    const message = new Extended({ own: 1 });
    setExtension(message, p.text, "a");
    setExtension(message, p.long, 7n);
    setExtension(message, p.messages, [new Presence({ number: 1 })]);
    const json = {
      own: 1,
      "[features.proto2.text]": "a",
      "[features.proto2.long]": "7",
      "[features.proto2.messages]": [{ number: 1 }],
    };
    expect(message.toJson({ registry })).toEqual(json);
    expect(message.toJson()).toEqual({ own: 1 });
    const read = Extended.fromJson(json, { registry });
    expect(hex(read.toBinary())).toBe(hex(message.toBinary()));
    expect(() => Extended.fromJson(json)).toThrow("features.proto2.Extended");
    expect(Extended.fromJson(json, { ignoreUnknownFields: true })).toEqual(new Extended({ own: 1 }));
    expect(() => Extended.fromJson({ "[features.proto2.text]": 5 }, { registry })).toThrow("features.proto2");
  });
});
