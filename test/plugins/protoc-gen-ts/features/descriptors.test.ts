import { create, createFileRegistry, getOption, hasOption } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/options_pb.js";
import * as ts from "../../../gen/ts/features/options_pb.js";
import { load } from "../load.js";

describe.each([
  { target: "ts", p: ts },
  { target: "js", p: js as unknown as typeof ts },
])("target=$target", ({ p }) => {
  test("custom options are in the descriptor", () => {
    expect(hasOption(p.AnnotatedSchema, p.note)).toBe(true);
    expect(getOption(p.AnnotatedSchema, p.note)).toBe("a note");
    expect(getOption(p.AnnotatedSchema.field.name, p.rule)).toMatchObject({ max: 7 });
    expect(p.AnnotatedSchema.deprecated).toBe(true);
  });

  test("a service is a descriptor with typed methods", () => {
    const { method } = p.Calls;
    expect(p.Calls).toMatchObject({ kind: "service", typeName: "features.options.Calls", name: "Calls" });
    expect(p.Calls.methods.map(({ name }) => name)).toEqual([
      "Unary",
      "ClientStream",
      "ServerStream",
      "Both",
      "toString",
    ]);
    expect(method.unary.input).toBe(p.AnnotatedSchema);
    expect(method.unary.output).toBe(p.RuleSchema);
    const kinds: ["unary", "client_streaming", "server_streaming", "bidi_streaming"] = [
      method.unary.methodKind,
      method.clientStream.methodKind,
      method.serverStream.methodKind,
      method.both.methodKind,
    ];
    expect(kinds).toEqual(["unary", "client_streaming", "server_streaming", "bidi_streaming"]);
    expect(method.clientStream.idempotency).toBe(2);
    expect(method.toString$.name).toBe("toString");
  });

  test("the descriptor builds a registry, without its sources", () => {
    const { proto, dependencies } = p.file_features_options;
    expect(proto.sourceCodeInfo).toBeUndefined();
    const set = create(FileDescriptorSetSchema, { file: [...dependencies.map((file) => file.proto), proto] });
    expect(createFileRegistry(set).getMessage("features.options.Annotated")?.fields).toHaveLength(1);
  });

  test("a class has its type's name, and its messages too", () => {
    const name: "features.options.Rule" = p.Rule.typeName;
    expect(name).toBe("features.options.Rule");
    expect(new p.Rule().$typeName).toBe(name);
  });
});

// Not in test/protos: buf knows no groups in options.
test.each(["ts", "js"])("target=%s: a custom option that is a group is in the descriptor", async (target) => {
  const source = `
    syntax = "proto2";
    package grouped;
    import "google/protobuf/descriptor.proto";
    extend google.protobuf.MessageOptions {
      optional group Rule = 50001 { optional int32 max = 1; }
    }
    message Annotated {
      option (rule) = { max: 7 };
      optional int32 some_field = 1;
    }
  `;
  const p = await load(`grouped-${target}`, { "grouped.proto": source }, `target=${target}`);
  expect(getOption(p.AnnotatedSchema, p.rule)).toMatchObject({ max: 7 });
  expect(p.AnnotatedSchema.field.someField.jsonName).toBe("someField");
});
