/**
 * Requests made by hand, or damaged: each is answered with files or with an error, never with an exception; and whatever
 * text a schema has, it stays where it belongs in the files.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, fromJsonString, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { readRequest, respond } from "@protoloom/plugin-kit";
import { parseSync } from "@swc/core";
import { protocGenTs } from "../../../plugins/protoc-gen-ts/src/plugin.js";
import { readFiles } from "../../files.js";
import { requestFor } from "../compile.js";
import { answer } from "./generate.js";

const here = dirname(fileURLToPath(import.meta.url));

test.each([
  "a*/b/export const evil = 1;/*.proto",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what would be one in a template
  "quote\"'`${1}.proto",
  "«T».proto",
  "next\u0085line.proto",
])("a path with %j", (name) => {
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: ["importing.proto", name],
    protoFile: [
      { name, package: "p", messageType: [{ name: "M" }] },
      {
        name: "importing.proto",
        dependency: [name],
        messageType: [
          { name: "N", field: [{ name: "m", number: 1, type: Type.MESSAGE, typeName: ".p.M", label: Label.OPTIONAL }] },
        ],
      },
    ],
  });
  for (const parameter of ["target=ts", "target=js"]) {
    const { error, file } = answer({ ...request, parameter });
    expect(error).toBe("");
    for (const { content } of file) expect(exportedBy(content)).not.toContain("evil");
    expect(file.map(({ name }) => name)).toContain(`${name.replace(".proto", "")}_pb.${parameter.slice(-2)}`);
  }
});

test("a parameter does not leave its comment", () => {
  const request = requestFor({ "a.proto": 'syntax = "proto3"; message M {}' });
  const parameter = "rewrite_imports=a:b\nexport const evil = 1;\u2028export const evil2 = 1; //";
  const { error, file } = answer({ ...request, parameter });
  expect(error).toBe("");
  expect(exportedBy(file[0]!.content).filter((name) => name.startsWith("evil"))).toEqual([]);
});

describe("damaged requests", () => {
  const golden = readFiles(join(here, "golden"), ".proto");
  const sources = Object.fromEntries(
    ["comments/comments", "hostile-text/hostile", "enums-const/enums"].map((name) => [
      `${name}.proto`,
      golden[`${name}.proto`]!,
    ]),
  );
  const sound = toBinary(CodeGeneratorRequestSchema, requestFor(sources, "target=ts"));
  const made = Object.entries(readFiles(join(here, "golden"), "request.json")).map(([, text]) =>
    toBinary(CodeGeneratorRequestSchema, fromJsonString(CodeGeneratorRequestSchema, text)),
  );

  test("every answer is files or an error", () => {
    const random = randomOf(20261123);
    const counts = { refused: 0, answered: 0, generated: 0 };
    for (let i = 0; i < 400; i++) {
      const bytes = mutate(i % 3 === 0 ? made[i % made.length]! : sound, random);
      const request = parse(bytes);
      if (request === undefined) {
        counts.refused++;
        continue;
      }
      const { error, file } = fromBinary(
        CodeGeneratorResponseSchema,
        Buffer.concat([...respond(protocGenTs, request)]),
      );
      expect(error === "").toBe(file.length > 0);
      counts.answered++;
      if (error !== "") expect(error).not.toMatch(/\n\s+at |undefined|\[object/);
      for (const { content } of file) exportedBy(content); // parses
      counts.generated += file.length;
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(50);
  });
});

function parse(bytes: Uint8Array): CodeGeneratorRequest | undefined {
  try {
    return readRequest(bytes);
  } catch {
    return undefined;
  }
}

/** A few bytes changed, most of them to what is a letter, a digit or a small number. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const changed = bytes.slice();
  const choices = [0, 1, 2, 3, 8, 10, 11, 13, 14, 34, 39, 42, 46, 47, 49, 65, 92, 95, 97, 127, 255];
  for (let i = 1 + random() * 4; i > 0; i--) {
    changed[Math.floor(random() * changed.length)] = choices[Math.floor(random() * choices.length)]!;
  }
  return changed;
}

/** Mulberry32: random numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The names that a file exports; throws for what does not parse. */
function exportedBy(text: string): string[] {
  return parseSync(text, { syntax: "typescript" }).body.flatMap((item) => {
    if (item.type !== "ExportDeclaration") return [];
    const { declaration } = item;
    if (declaration.type === "VariableDeclaration") {
      return declaration.declarations.map(({ id }) => (id.type === "Identifier" ? id.value : ""));
    }
    return "identifier" in declaration ? [declaration.identifier.value] : [];
  });
}
