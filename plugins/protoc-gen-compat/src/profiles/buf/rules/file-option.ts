import { type FileDescriptorProto, FileOptions_OptimizeMode } from "@bufbuild/protobuf/wkt";
import { type BufRule, quote } from "../annotation.js";
import { located, type SourceFile } from "../source.js";

type Options = NonNullable<FileDescriptorProto["options"]>;

/** The value of a file option as buf prints it. Defaults are those of descriptor.proto. */
const options: [id: string, name: string, number: number, value: (options: Options | undefined) => string][] = [
  ["FILE_SAME_CC_ENABLE_ARENAS", "cc_enable_arenas", 31, (o) => String(o?.ccEnableArenas ?? true)],
  ["FILE_SAME_CC_GENERIC_SERVICES", "cc_generic_services", 16, (o) => String(o?.ccGenericServices ?? false)],
  ["FILE_SAME_CSHARP_NAMESPACE", "csharp_namespace", 37, (o) => o?.csharpNamespace ?? ""],
  ["FILE_SAME_GO_PACKAGE", "go_package", 11, (o) => o?.goPackage ?? ""],
  ["FILE_SAME_JAVA_GENERIC_SERVICES", "java_generic_services", 17, (o) => String(o?.javaGenericServices ?? false)],
  ["FILE_SAME_JAVA_MULTIPLE_FILES", "java_multiple_files", 10, (o) => String(o?.javaMultipleFiles ?? false)],
  ["FILE_SAME_JAVA_OUTER_CLASSNAME", "java_outer_classname", 8, (o) => o?.javaOuterClassname ?? ""],
  ["FILE_SAME_JAVA_PACKAGE", "java_package", 1, (o) => o?.javaPackage ?? ""],
  ["FILE_SAME_OBJC_CLASS_PREFIX", "objc_class_prefix", 36, (o) => o?.objcClassPrefix ?? ""],
  ["FILE_SAME_OPTIMIZE_FOR", "optimize_for", 9, (o) => FileOptions_OptimizeMode[o?.optimizeFor ?? 1]!],
  ["FILE_SAME_PHP_CLASS_PREFIX", "php_class_prefix", 40, (o) => o?.phpClassPrefix ?? ""],
  ["FILE_SAME_PHP_METADATA_NAMESPACE", "php_metadata_namespace", 44, (o) => o?.phpMetadataNamespace ?? ""],
  ["FILE_SAME_PHP_NAMESPACE", "php_namespace", 41, (o) => o?.phpNamespace ?? ""],
  ["FILE_SAME_PY_GENERIC_SERVICES", "py_generic_services", 18, (o) => String(o?.pyGenericServices ?? false)],
  ["FILE_SAME_RUBY_PACKAGE", "ruby_package", 45, (o) => o?.rubyPackage ?? ""],
  ["FILE_SAME_SWIFT_PREFIX", "swift_prefix", 39, (o) => o?.swiftPrefix ?? ""],
];

const FILE_PACKAGE = 2;
const FILE_OPTIONS = 8;
const FILE_SYNTAX = 12;

export const fileOptionRules: readonly BufRule[] = [
  ...options.map(([id, name, number, value]) =>
    same(id, `option "${name}"`, [FILE_OPTIONS, number], ({ proto }) => value(proto.options)),
  ),
  same("FILE_SAME_SYNTAX", "syntax", [FILE_SYNTAX], ({ proto }) => (proto.syntax === "" ? "proto2" : proto.syntax)),
  same("FILE_SAME_PACKAGE", "package", [FILE_PACKAGE], ({ proto }) => proto.package),
];

function same(id: string, name: string, path: readonly number[], read: (file: SourceFile) => string): BufRule {
  return {
    id,
    on: "file",
    check(report, next, previous) {
      const [before, after] = [read(previous), read(next)];
      if (before === after) return;
      const message = `File ${name} changed from ${quote(before)} to ${quote(after)}.`;
      report(message, located({ file: next, path }) ?? next, previous);
    },
  };
}
