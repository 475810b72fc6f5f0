import { describe, expect, test } from "@jest/globals";
import * as js3 from "../../../gen/js/features/proto3_pb.js";
import * as ts3 from "../../../gen/ts/features/proto3_pb.js";
import { load } from "../load.js";

describe.each([
  { target: "ts", p3: ts3 },
  { target: "js", p3: js3 as unknown as typeof ts3 },
])("target=$target", ({ p3: { JsonNames, Presence } }) => {
  test("a field is read under its JSON name and its proto name, and written under the one that the option says", () => {
    const message = new JsonNames({ snakeCase: "s", custom: "c" });
    expect(message.toJson()).toEqual({ snakeCase: "s", '@odd "name"': "c" });
    expect(message.toJson({ useProtoFieldName: true })).toEqual({ snake_case: "s", custom: "c" });
    expect(JsonNames.fromJson({ snake_case: "s", custom: "c" })).toEqual(message);
    expect(() => JsonNames.fromJson({ snake_case: "s", snakeCase: "s" })).toThrow("features.proto3.JsonNames");
  });

  test("where a name in JSON is another field's in the schema, it is the one in JSON", () => {
    const message = new JsonNames({ a: "1", b: "2" });
    expect(message.toJson()).toEqual({ b: "1", a: "2" });
    expect(JsonNames.fromJson(message.toJson())).toEqual(message);
  });

  test("null is unset, wherever it may stand", () => {
    expect(Presence.fromJson({ implicit: null, explicit: null, message: null, packed: null })).toEqual(new Presence());
    expect(() => Presence.fromJson({ packed: [null] })).toThrow("field features.proto3.Presence.packed");
  });

  // The quotes of a string are in the texts before and after it.
  test.each([
    [{ text: "a" }, '{"text":"a"}'],
    [{ maybeText: "" }, '{"maybeText":""}'],
    [{ text: "a", maybeText: 'b"' }, '{"text":"a","maybeText":"b\\""}'],
    [{ implicit: 1, text: '"\\', yes: true }, '{"implicit":1,"text":"\\"\\\\","yes":true}'],
    [{ text: "\n", message: { text: "é" }, packed: [1] }, '{"text":"\\n","message":{"text":"é"},"packed":[1]}'],
    [{ message: { maybeText: "" }, packed: [] }, '{"message":{"maybeText":""}}'],
  ])("%j is written as %s", (init, text) => {
    expect(new Presence(init).toJsonString()).toBe(text);
  });

  test("unknown keys are refused, or skipped", () => {
    expect(() => Presence.fromJson({ nope: 1 })).toThrow("features.proto3.Presence");
    expect(Presence.fromJson({ nope: 1, implicit: 2 }, { ignoreUnknownFields: true }).implicit).toBe(2);
  });
});

const sources = {
  "json.proto": `
    syntax = "proto3";
    package json;
    message M { int32 x = 1; map<string, M> by_key = 2; Kind kind = 3; }
    enum Kind { ZERO = 0; ONE = 1; }
  `,
};

describe.each(["ts", "js"])("target=%s", (target) => {
  test("json=functions: JSON beside the class", async () => {
    const json = await load(`json-functions-${target}`, sources, `target=${target},json=functions`);
    const message = new json.M({ x: 1, byKey: { a: {} }, kind: 1 });
    expect(message.toJson).toBeUndefined();
    expect(json.M_toJson(message)).toEqual({ x: 1, byKey: { a: {} }, kind: "ONE" });
    expect(json.M_fromJson({ x: 1, byKey: { a: {} }, kind: "ONE" })).toEqual(message);
    expect(json.M_fromJsonString(json.M_toJsonString(message))).toEqual(message);
  });

  test("json=none: no JSON at all", async () => {
    const json = await load(`json-none-${target}`, sources, `target=${target},json=none`);
    expect(Object.keys(json).filter((name) => /json/i.test(name.replace("file_json", "")))).toEqual([]);
    const message = new json.M({ x: 1, kind: 1 });
    expect(message.toJSON).toBeUndefined();
    expect(json.M.fromBinary(message.toBinary())).toEqual(message);
  });
});
