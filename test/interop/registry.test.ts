import {
  create,
  createFileRegistry,
  createMutableRegistry,
  createRegistry,
  type DescEnum,
  type DescExtension,
  type DescFile,
  enumFromJson,
  enumToJson,
  isEnumJson,
  isUnknownEnum,
} from "@bufbuild/protobuf";
import { nestedTypes, parentTypes, usedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { file_google_protobuf_timestamp, TimestampSchema } from "@protoloom/protobuf/wkt";
import { Shop as EsShop, file_interop_service as esFile } from "../gen/es/interop/service_pb.js";
import { file_interop_service, Shop } from "../gen/ts/interop/service_pb.js";
import { ContactSchema, file_interop_types } from "../gen/ts/interop/types_pb.js";
import { dialects } from "./dialects.js";

describe.each(dialects)("$name", ({ ours, esSchema, file, schema, itemSchema, types: imported }) => {
  const { ContactSchema, LevelSchema, file_interop_types } = imported;
  const statusSchema = ours.Order_StatusSchema as DescEnum;
  const types = [...nestedTypes(file)];

  test.each([
    ["createRegistry of the file", createRegistry(file)],
    ["createRegistry of each type", createRegistry(...types)],
    ["createRegistry of a registry", createRegistry(createRegistry(file))],
    ["createMutableRegistry", createMutableRegistry(file)],
    ["createFileRegistry of a file that imports it", createFileRegistry(importer(file), () => file)],
  ])("%s has the very objects that are exported", (_, registry) => {
    for (const type of types) expect(registry.get(type.typeName)).toBe(type);
    expect(Object.values(ours)).toContain(registry.getMessage(schema.typeName));
  });

  test("createFileRegistry of a proto has the very objects of the files that it resolves", () => {
    const registry = createFileRegistry(file.proto, (name) => file.dependencies.find((d) => d.proto.name === name));
    expect(registry.getMessage(schema.typeName)!.field.contact!.message).toBe(ContactSchema);
    expect(registry.getFile("interop/types.proto")).toBe(file_interop_types);
  });

  test("extensions are found by extendee and number", () => {
    const registry = createMutableRegistry(file);
    for (const type of types) {
      if (type.kind !== "extension") continue;
      expect(registry.getExtensionFor(type.extendee, type.number)).toBe(type);
      expect(registry.getExtension(type.typeName)).toBe(type);
      registry.remove(type);
      expect(registry.getExtensionFor(type.extendee, type.number)).toBeUndefined();
    }
  });

  test("fields refer to the exported objects: nested, across files, recursive, in maps and oneofs", () => {
    const { field } = schema;
    for (const name of ["first", "items", "byName", "replacement"]) expect(field[name]!.message).toBe(itemSchema);
    expect(field.parent!.message).toBe(schema);
    expect(field.contact!.message).toBe(ContactSchema);
    expect(field.level!.enum).toBe(LevelSchema);
    for (const name of ["status", "history", "finalStatus"]) expect(field[name]!.enum).toBe(statusSchema);
    expect(field.created!.message).toBe(TimestampSchema);
    expect(field.created!.message!.file).toBe(file_google_protobuf_timestamp);
    expect(field.replacement!.oneof!.parent).toBe(schema);
    expect(itemSchema.parent).toBe(schema);
    expect(schema.nestedMessages).toContain(itemSchema);
    expect(statusSchema.parent).toBe(schema);
    expect(statusSchema.values[0]!.parent).toBe(statusSchema);
  });

  test("nestedTypes, usedTypes and parentTypes", () => {
    expect([...usedTypes(schema)].map(String)).toEqual([...usedTypes(esSchema)].map(String));
    expect([...nestedTypes(schema)].map(String)).toEqual([...nestedTypes(esSchema)].map(String));
    expect([...usedTypes(schema)]).toContain(TimestampSchema);
    expect(parentTypes(itemSchema.fields[0]!)).toEqual([itemSchema, schema, file]);
  });

  test("enumToJson, enumFromJson, isEnumJson, isUnknownEnum", () => {
    expect(enumToJson(statusSchema, 2)).toBe("STATUS_OPEN");
    expect(enumFromJson(statusSchema, "STATUS_SHUT" as never)).toBe(-3);
    expect(isEnumJson(statusSchema, "STATUS_SHUT")).toBe(true);
    expect(isEnumJson(statusSchema, "STATUS_NONE")).toBe(false);
    expect([isUnknownEnum(statusSchema, 2), isUnknownEnum(statusSchema, 77)]).toEqual([false, true]);
    const enumObject = ours.Order_Status as Record<string, unknown>;
    for (const value of statusSchema.values) expect(enumObject[value.localName]).toBe(value.number);
  });
});

test("a service has its methods, with the exported schemas as input and output", () => {
  expect(Shop.typeName).toBe(EsShop.typeName);
  expect(file_interop_service.services).toEqual([Shop]);
  expect(createRegistry(Shop).getService("interop.Shop")).toBe(Shop);
  expect(Shop.method.talk.input).toBe(ContactSchema);
  for (const method of Shop.methods) {
    const twin = EsShop.methods.find((other) => other.name === method.name)!;
    expect([method.methodKind, method.idempotency, method.localName]).toEqual([
      twin.methodKind,
      twin.idempotency,
      twin.localName,
    ]);
    expect(method.parent).toBe(Shop);
    expect(registryOf(file_interop_service).getMessage(method.input.typeName)).toBe(method.input);
    expect(registryOf(file_interop_service).getMessage(method.output.typeName)).toBe(method.output);
  }
});

test("dependencies are the exported files", () => {
  expect(file_interop_service.dependencies.map(String)).toEqual(esFile.dependencies.map(String));
  expect(file_interop_service.dependencies).toContain(file_interop_types);
  expect(file_interop_types.dependencies).toEqual([file_google_protobuf_timestamp]);
});

test("extensions know the exported message that they extend", () => {
  for (const { ours, file } of dialects) {
    for (const type of nestedTypes(file)) {
      if (type.kind === "extension") expect(Object.values(ours)).toContain((type as DescExtension).extendee);
    }
  }
});

function importer(file: DescFile) {
  return create(FileDescriptorProtoSchema, { name: "importer.proto", syntax: "proto3", dependency: [file.proto.name] });
}

function registryOf(file: DescFile) {
  return createRegistry(file, ...file.dependencies);
}
