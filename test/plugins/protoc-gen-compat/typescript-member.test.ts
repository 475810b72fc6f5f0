/** The compat gate describes each property as protoc-gen-ts declares it: over the generated code of all test protos. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DescField, DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "@jest/globals";
import { namesOf } from "@protoloom/plugin-kit";
import {
  type InterfaceDeclaration,
  Node,
  Project,
  type PropertySignature,
  type SourceFile,
  type TypeNode,
} from "ts-morph";
import { memberOf } from "../../../plugins/protoc-gen-compat/src/typescript.js";

const root = join(import.meta.dirname, "../../..");
const generated = ["test/gen/ts", "runtime/protobuf/src/wkt/gen"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("_pb.ts"))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .sort(),
);
const project = new Project({ skipFileDependencyResolution: true, skipLoadingLibFiles: true });

describe("the gate's picture of a property is its declaration", () => {
  test.each(generated)("%s", async (path) => {
    const module = (await import(join(root, path))) as Record<string, unknown>;
    const desc = Object.entries(module).find(([name]) => name.startsWith("file_"))![1] as DescFile;
    const source = project.addSourceFileAtPath(join(root, path));
    for (const message of nestedTypes(desc)) {
      if (message.kind !== "message") continue;
      const declared = source.getInterfaceOrThrow(namesOf(desc).shape(message));
      const fields = message.fields.map((field) => ({ name: field.toString(), ...pictureOf(field) }));
      expect(fields).toEqual(
        message.fields.map((field) => ({ name: field.toString(), ...declaredAs(declared, field) })),
      );
    }
  });

  test("of many fields of each form", () => {
    expect(generated.length).toBeGreaterThan(20);
  });
});

interface Picture {
  readonly type: string;
  readonly isOptional: boolean;
}

function pictureOf(field: DescField): Picture {
  const { type, isOptional } = memberOf(field);
  return { type, isOptional };
}

function declaredAs(declared: InterfaceDeclaration, field: DescField): Picture {
  const property = declared.getPropertyOrThrow((field.oneof ?? field).localName);
  const type = field.oneof === undefined ? property.getTypeNodeOrThrow() : valueOfCase(property, field.localName);
  return { type: withImportedNames(type.getText(), property.getSourceFile()), isOptional: property.hasQuestionToken() };
}

/** The type of `value` beside `case: "name"` in a union. */
function valueOfCase(property: PropertySignature, name: string): TypeNode {
  const union = property.getTypeNodeOrThrow();
  const cases = Node.isUnionTypeNode(union) ? union.getTypeNodes().filter(Node.isTypeLiteral) : [];
  const own = cases.find(
    (each) => each.getPropertyOrThrow("case").getTypeNodeOrThrow().getText() === JSON.stringify(name),
  );
  return own!.getPropertyOrThrow("value").getTypeNodeOrThrow();
}

/** The type with the exported names of what it imports: a module may rename them. */
function withImportedNames(type: string, source: SourceFile): string {
  const names = new Map(
    source
      .getImportDeclarations()
      .flatMap((each) => each.getNamedImports())
      .map((each) => [each.getAliasNode()?.getText() ?? each.getName(), each.getName()]),
  );
  return type.replace(/[\w$]+/g, (word) => names.get(word) ?? word);
}
