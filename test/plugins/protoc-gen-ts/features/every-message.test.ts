/**
 * Every message of test/protos/features, with every field and each case of its oneofs set: both formats carry it, and
 * are what protobuf-es makes of it. A new proto file there is tested here.
 */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as es from "@bufbuild/protobuf";
import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "@jest/globals";
import { namesOf } from "@protoloom/plugin-kit";
import { hex } from "../hex.js";
import { sample } from "../sample.js";

const gen = join(dirname(fileURLToPath(import.meta.url)), "../../../gen");
const files = readdirSync(join(gen, "ts/features")).filter((name) => name.endsWith("_pb.ts"));

describe.each(["ts", "js"])("target=%s", (target) => {
  test.each(files)("%s", async (name) => {
    const module = await import(join(gen, target, "features", name.replace(/ts$/, target)));
    const file: GenFile = module[`file_features_${name.replace("_pb.ts", "")}`];
    const names = namesOf(file);
    for (const desc of nestedTypes(file)) {
      if (desc.kind !== "message") continue;
      const type: Class = module[names.shape(desc)];
      const schema: GenMessage<Generated> = module[names.descriptor(desc)];
      check(type, schema, new type(sample(desc, 0)));
      const cases = Math.max(1, ...desc.oneofs.map((oneof) => oneof.fields.length));
      for (let i = 0; i < cases; i++) check(type, schema, new type(sample(desc, 2, i)));
    }
  });
});

type Generated = es.Message & {
  toBinary(options?: object): Uint8Array;
  toJson(): es.JsonValue;
  toJsonString(): string;
  clone(): Generated;
  equals(other: unknown): boolean;
};

interface Class {
  new (init: object): Generated;
  fromBinary(bytes: Uint8Array): Generated;
  fromJson(json: es.JsonValue): Generated;
  fromJsonString(text: string): Generated;
}

function check(type: Class, schema: GenMessage<Generated>, message: Generated): void {
  const bytes = message.toBinary();
  expect(hex(bytes)).toBe(hex(es.toBinary(schema, message)));
  const decoded = type.fromBinary(bytes);
  expect(decoded).toEqual(message);
  expect(decoded.equals(message)).toBe(true);
  expect(es.equals(schema, decoded, message)).toBe(true);
  expect(decoded).toBeInstanceOf(type);

  const json = message.toJson();
  expect(json).toEqual(es.toJson(schema, message));
  expect(type.fromJson(json)).toEqual(message);
  expect(type.fromJsonString(message.toJsonString())).toEqual(message);
  expect(type.fromJsonString(JSON.stringify(message))).toEqual(message);

  const clone = message.clone();
  expect(clone).toEqual(message);
  expect(clone).not.toBe(message);
  expect(hex(new type(message).toBinary())).toBe(hex(bytes));
}
