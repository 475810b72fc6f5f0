import { expect, test } from "@jest/globals";
import {
  FieldDescriptorProto,
  FieldMask,
  FileDescriptorProto,
  FileDescriptorProtoSchema,
  fieldMaskFromPaths,
  fieldMaskIntersect,
  fieldMaskIsValid,
  fieldMaskMerge,
  fieldMaskNormalize,
  fieldMaskSubtract,
  fieldMaskTrim,
  fieldMaskUnion,
  Struct,
  Type,
  Value,
} from "@protoloom/protobuf/wkt";

const mask = (...paths: string[]) => ({ paths });

test("masks are made of paths", () => {
  expect(fieldMaskFromPaths(new Set(["b", "a.c"]))).toEqual(new FieldMask({ paths: ["b", "a.c"] }));
});

test.each<[string[], string[]]>([
  [[], []],
  [
    ["b", "a", "b"],
    ["a", "b"],
  ],
  [
    ["a.b", "a", "a.b.c", "ab"],
    ["a", "ab"],
  ],
  [["a.b", "", "a.b.c"], ["a.b"]],
  [
    ["foo", "foo-x", "foo.bar"],
    ["foo", "foo-x"],
  ],
  [["a", "*", "b.c"], ["*"]],
])("%j in canonical form is %j", (paths, canonical) => {
  expect(fieldMaskNormalize({ paths }).paths).toEqual(canonical);
});

test.each<[string[], string[], string[], string[], string[]]>([
  // a, b, union, intersection, difference
  [["a", "b.c"], ["a.x", "b"], ["a", "b"], ["a.x", "b.c"], ["a"]],
  [["a"], ["b"], ["a", "b"], [], ["a"]],
  [["*"], ["a.b"], ["*"], ["a.b"], ["*"]],
  [["a", "b.c"], ["*"], ["*"], ["a", "b.c"], []],
  [["a.b", "a.c"], ["a.b"], ["a.b", "a.c"], ["a.b"], ["a.c"]],
  [[], ["a"], ["a"], [], []],
])("%j and %j", (a, b, union, intersection, difference) => {
  expect(fieldMaskUnion(mask(...a), mask(...b)).paths).toEqual(union);
  expect(fieldMaskIntersect(mask(...a), mask(...b)).paths).toEqual(intersection);
  expect(fieldMaskIntersect(mask(...b), mask(...a)).paths).toEqual(intersection);
  expect(fieldMaskSubtract(mask(...a), mask(...b)).paths).toEqual(difference);
});

test.each<[string, boolean]>([
  ["name", true],
  ["options.java_package", true],
  ["options", true],
  ["message_type", true],
  ["*", true],
  ["javaPackage", false],
  ["options.javaPackage", false],
  ["name.x", false],
  ["message_type.name", false],
  ["", false],
  ["options.", false],
])("path %p names a field: %p", (path, valid) => {
  expect(fieldMaskIsValid(mask("package", path), FileDescriptorProtoSchema)).toBe(valid);
});

const source = () =>
  new FileDescriptorProto({
    name: "new.proto",
    dependency: ["c"],
    options: { javaPackage: "new", deprecated: true },
    messageType: [{ name: "New" }],
  });
const destination = () =>
  new FileDescriptorProto({
    name: "old.proto",
    package: "old",
    dependency: ["a", "b"],
    options: { javaPackage: "old", goPackage: "old" },
    sourceCodeInfo: {},
  });

test("fields under the mask are replaced, others stay", () => {
  const merged = destination();
  const from = source();
  expect(fieldMaskMerge(mask("name", "dependency", "options.java_package", "message_type"), from, merged)).toBe(merged);
  expect(merged.toJson()).toEqual({
    name: "new.proto",
    package: "old",
    dependency: ["c"],
    messageType: [{ name: "New" }],
    options: { javaPackage: "new", goPackage: "old" },
    sourceCodeInfo: {},
  });
  expect(merged.messageType[0]).not.toBe(from.messageType[0]);
  expect(from.equals(source())).toBe(true);
});

test("what the source does not have is unset", () => {
  const merged = destination();
  fieldMaskMerge(mask("package", "source_code_info", "options"), source(), merged);
  expect(merged.package).toBeUndefined();
  expect(merged.sourceCodeInfo).toBeUndefined();
  expect(merged.options?.goPackage).toBeUndefined();
  fieldMaskMerge(mask("options.java_package"), new FileDescriptorProto(), merged);
  expect(merged.options).toMatchObject({ deprecated: true, javaPackage: undefined });
  fieldMaskMerge(mask("source_code_info.location"), new FileDescriptorProto(), merged);
  expect(merged.sourceCodeInfo).toBeUndefined();
});

test("messages and lists are merged where the options say so", () => {
  const merged = destination();
  fieldMaskMerge(mask("dependency", "options"), source(), merged, { mergeMessages: true, appendLists: true });
  expect(merged.dependency).toEqual(["a", "b", "c"]);
  expect(merged.options).toMatchObject({ javaPackage: "new", goPackage: "old", deprecated: true });

  const map = new Struct({ fields: { a: { kind: { case: "boolValue", value: true } } } });
  fieldMaskMerge(mask("fields"), new Struct({ fields: { b: {} } }), map, { appendLists: true });
  expect(Object.keys(map.fields)).toEqual(["a", "b"]);
  fieldMaskMerge(mask("fields"), new Struct({ fields: { c: {} } }), map);
  expect(Object.keys(map.fields)).toEqual(["c"]);
});

test("implicit fields go back to zero", () => {
  const merged = new Type({ name: "old", oneofs: ["a"], edition: "2023" });
  fieldMaskMerge(mask("name", "oneofs"), new Type(), merged);
  expect(merged).toEqual(new Type({ edition: "2023" }));
});

test("a path of two words is a property in camel case, and a reserved name has a dollar", () => {
  const merged = new FieldDescriptorProto();
  fieldMaskMerge(mask("type_name", "json_name"), new FieldDescriptorProto({ typeName: ".x", jsonName: "j" }), merged);
  expect(merged).toMatchObject({ typeName: ".x", jsonName: "j" });
});

test("members of a oneof are fields", () => {
  const text = new Value({ kind: { case: "stringValue", value: "x" } });
  const number = new Value({ kind: { case: "numberValue", value: 1 } });
  const list = new Value({ kind: { case: "listValue", value: { values: [{}] } } });
  const merge = (path: string, from: Value, to: Value) => fieldMaskMerge(mask(path), from, to.clone()).kind;
  expect(merge("string_value", text, number)).toEqual(text.kind);
  expect(merge("number_value", text, number).case).toBeUndefined();
  expect(merge("bool_value", text, number)).toEqual(number.kind);
  expect(merge("kind", text, number)).toEqual(number.kind);
  expect(merge("list_value.values", list, number)).toEqual(list.kind);
  expect(merge("list_value.values", number, list)).toMatchObject({ case: "listValue", value: { values: [] } });
});

test("a map that looks like a oneof is none", () => {
  const trap = new Struct({ fields: { case: { kind: { case: "stringValue", value: "nope" } } } });
  const merged = new Struct();
  fieldMaskMerge(mask("nope", "case", "fields.case"), trap, merged);
  expect(merged.fields).toEqual({});
});

test("'*' replaces all", () => {
  expect(fieldMaskMerge(mask("*"), source(), destination()).equals(source())).toBe(true);
});

test.each(["", "nope", "$typeName", "$unknown", "constructor", "__proto__", "name.x", "dependency.length", "a b"])(
  "path %p changes nothing",
  (path) => {
    const merged = destination();
    fieldMaskMerge(mask(path), source(), merged);
    expect(merged.equals(destination())).toBe(true);
  },
);

test("a message is trimmed to the mask", () => {
  const message = destination();
  expect(fieldMaskTrim(mask("name", "options.go_package", "nope"), message).toJson()).toEqual({
    name: "old.proto",
    options: { goPackage: "old" },
  });
  expect(fieldMaskTrim(mask(), message).equals(new FileDescriptorProto())).toBe(true);
  expect(fieldMaskTrim(mask("*"), message).equals(message)).toBe(true);
  expect(message.equals(destination())).toBe(true);
});
