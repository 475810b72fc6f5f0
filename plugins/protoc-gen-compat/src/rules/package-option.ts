import type { DescFile } from "@bufbuild/protobuf";
import type { FileOptions } from "@bufbuild/protobuf/wkt";
import { type Rule, rule } from "../rule.js";

export const packageOption: Rule = rule({
  id: "package-option",
  on: "file",
  surfaces: ["typescript"],
  purpose: "An option that places generated code changed, such as go_package, java_package or csharp_namespace.",
  why: "Code in that language imports the old package, class or namespace, and no longer compiles.",
  fix: "Keep the option. For a new place, publish the old file beside the new one.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const changed = options.flatMap(({ name, option, changes, usual }) => {
      const isSet = (file: DescFile): boolean => Boolean(file.proto.options?.[option]);
      if (!isSet(previous) && (!isSet(next) || option === NEEDED)) return [];
      const effective = (file: DescFile): string => String(file.proto.options?.[option] || usual(file));
      const [before, after] = [effective(previous), effective(next)];
      const show = (value: string): string => (value === "" ? "none" : value);
      return before === after ? [] : [`${name} from ${show(before)} to ${show(after)}: ${changes}`];
    });
    if (changed.length === 0) return undefined;
    return { text: `file ${next.proto.name} changed ${changed.join("; ")}`, expects: "hazard" };
  },
});

interface PackageOption {
  readonly name: string;
  readonly option: keyof FileOptions;
  /** Its meaning for generated code. */
  readonly changes: string;
  /** The value that generators use if the option is not set. */
  usual(file: DescFile): string;
}

/** Go's generator writes nothing without it, so that the first one changes nothing. */
const NEEDED = "goPackage";

const none = (): string => "";
const packageOf = ({ proto }: DescFile): string => proto.package;
const capitalised = (file: DescFile, separator: string): string =>
  packageOf(file)
    .split(".")
    .map((part) => part.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()))
    .join(separator);

const options: readonly PackageOption[] = [
  { name: "go_package", option: "goPackage", changes: "another import path or package in Go", usual: none },
  { name: "java_package", option: "javaPackage", changes: "another package in Java", usual: packageOf },
  { name: "java_outer_classname", option: "javaOuterClassname", changes: "another outer class in Java", usual: none },
  {
    name: "java_multiple_files",
    option: "javaMultipleFiles",
    changes: "classes move into or out of the outer class in Java",
    usual: () => "false",
  },
  {
    name: "csharp_namespace",
    option: "csharpNamespace",
    changes: "another namespace in C#",
    usual: (file) => capitalised(file, "."),
  },
  { name: "objc_class_prefix", option: "objcClassPrefix", changes: "other class names in Objective-C", usual: none },
  { name: "swift_prefix", option: "swiftPrefix", changes: "other type names in Swift", usual: none },
  { name: "php_class_prefix", option: "phpClassPrefix", changes: "other class names in PHP", usual: none },
  {
    name: "php_namespace",
    option: "phpNamespace",
    changes: "another namespace in PHP",
    usual: (file) => capitalised(file, "\\"),
  },
  {
    name: "php_metadata_namespace",
    option: "phpMetadataNamespace",
    changes: "another namespace of metadata in PHP",
    usual: none,
  },
  {
    name: "ruby_package",
    option: "rubyPackage",
    changes: "another module in Ruby",
    usual: (file) => capitalised(file, "::"),
  },
];
