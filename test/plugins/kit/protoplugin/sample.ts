/** One plugin for both engines, which uses all that protoplugin offers. */
import { type AnyDesc, type DescFile, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import type { createEcmaScriptPlugin, FileInfo, GeneratedFile, Schema } from "@bufbuild/protoplugin";

interface Options {
  readonly note: string;
}

type Init = Parameters<typeof createEcmaScriptPlugin<Options>>[0];

export const sample: Init = {
  name: "protoc-gen-sample",
  version: "v1.2.3",
  parseOptions(raw) {
    const other = raw.find(({ key }) => key !== "note");
    if (other !== undefined) throw new Error(`unknown option "${other.key}"`);
    return { note: raw.map(({ value }) => value).join("+") };
  },
  generateTs: generate,
  generateJs: generate,
  generateDts: generate,
};

/** The same without functions for JavaScript and declarations, and with a transpiler that only says what it was given. */
export const transpiled: Init = {
  name: sample.name,
  version: sample.version,
  generateTs: generate,
  transpile: (files, js, dts, style) =>
    files.flatMap((file) => [
      ...(js ? [renamed(file, "js", style)] : []),
      ...(dts ? [renamed(file, "d.ts", style)] : []),
    ]),
};

function renamed({ name, content, preamble }: FileInfo, extension: string, style: string): FileInfo {
  return { name: name.replace(/ts$/, extension), content: `// ${style}\n${content}`, preamble };
}

function generate(schema: Schema<Options>, target: "ts" | "js" | "dts"): void {
  const extension = { ts: "ts", js: "js", dts: "d.ts" }[target];
  for (const file of schema.files) {
    const out = schema.generateFile(`${file.name}_sample.${extension}`);
    out.preamble(file);
    printLiterals(out, schema, target);
    printImports(out, file);
    for (const type of schema.typesInFile(file)) printType(out, type);
    printOptions(out, file);
  }
  schema.generateFile(`empty.${extension}`);
  const last = schema.generateFile(`all.${extension}`);
  last.print("// ", schema.allFiles.map((file) => `${file}`).join(" "), ` for ${schema.proto.protoFile.length} files`);
  const comments = schema.proto.protoFile.map(({ sourceCodeInfo }) => sourceCodeInfo?.location.length ?? 0);
  last.print(
    `// ${comments.join(" ")} ${schema.targets.join("+")} ${schema.options.importExtension} ${schema.options.note}`,
  );
}

function printLiterals(out: GeneratedFile, { options }: Schema<Options>, target: string): void {
  out.print(out.export("const", "literals"), " = ", out.array([1, -0.5, Number.NaN, -1 / 0, 1 / 0, true]), ";");
  out.print`${out.export("const", "more")} = ${out.array([out.string('a "b" \\ \n\r «c»'), 7n, -7n, 0n])};`;
  out.print(out.export("const", "bytes"), " = [", new Uint8Array(), ", ", Uint8Array.of(0, 10, 255), "];");
  out.print("const longs = ", [
    { kind: "es_proto_int64", type: ScalarType.UINT64, longAsString: false, value: 5n },
    { kind: "es_proto_int64", type: ScalarType.INT64, longAsString: true, value: "5" },
    { kind: "es_proto_int64", type: ScalarType.INT64, longAsString: false, value: 0n },
  ]);
  out.print();
  out.print(out.jsDoc("A text\n\nwith */ and  spaces \u2028", "  "));
  out.print(out.jsDoc(" \n"), `// ${target} ${out.jsImportStyle} ${options.note}`);
}

/** Names that clash with each other, and with what the file exports. */
function printImports(out: GeneratedFile, file: DescFile): void {
  out.print(
    out.import("bytes", "some-package"),
    out.import("bytes", "./other/file.js"),
    out.import("Zed", "some-package"),
  );
  out.print(out.import("alpha", "some-package", true), out.import("Zed", "some-package").toTypeOnly());
  out.print(out.runtime.create, out.runtime.JsonValue, out.runtime.codegen.boot, out.importSchema(file));
  out.print(out.import("own", `./${file.name}_sample.js`), out.import("own", "some-package", true));
}

function printType(out: GeneratedFile, type: AnyDesc): void {
  if (type.kind === "message" || type.kind === "enum") {
    out.print(out.importShape(type), " ", out.importJson(type), " ", { kind: "es_shape_ref", desc: type });
    out.print({ kind: "es_json_type_ref", desc: type }, { kind: "es_desc_ref", desc: type, typeOnly: true });
  }
  if (type.kind === "message") {
    out.print(out.importValid(type), { kind: "es_valid_type_ref", desc: type });
    for (const member of [...type.fields, ...type.oneofs]) out.print(out.jsDoc(member, "  "));
  }
  if (type.kind === "file") return;
  if (type.kind === "message" || type.kind === "enum" || type.kind === "extension" || type.kind === "service") {
    out.print(out.importSchema(type), out.importSchema(type, true));
  }
  if (type.kind === "enum") for (const value of type.values) out.print(out.jsDoc(value));
  if (type.kind === "service") for (const method of type.methods) out.print(out.jsDoc(method));
  out.print(out.jsDoc(type as Exclude<AnyDesc, DescFile>));
}

/** Options with source retention are among them. */
function printOptions(out: GeneratedFile, file: DescFile): void {
  const { options } = file.proto;
  if (options === undefined) return;
  const set = reflect(FileOptionsSchema, options);
  out.print(
    "// ",
    set.sortedFields
      .filter((field) => set.isSet(field))
      .map(({ name }) => name)
      .join(" "),
  );
  out.print("// ", JSON.stringify(set.getUnknown()?.map(({ no }) => no) ?? []));
}
