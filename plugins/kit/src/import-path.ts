import type { DescFile } from "@bufbuild/protobuf";

/** The options that determine import paths. */
export interface ImportOptions {
  readonly import_extension: string;
  readonly rewrite_imports: string;
  /** "true" when generating the runtime package, which cannot import itself. */
  readonly bootstrap_wkt?: string;
}

/** The files that ship with the runtime, by their proto path. */
const WKT_FOLDER = "google/protobuf/";
const shipped = new Set(
  (
    "any api c_sharp_features cpp_features cpp_file_options cpp_options descriptor duration empty field_mask go_features " +
    "java_features json_enumvalue_options json_options source_context struct timestamp type wrappers compiler/plugin"
  )
    .split(" ")
    .map((name) => `${WKT_FOLDER}${name}`),
);

export function isShipped(file: DescFile): boolean {
  return shipped.has(file.name);
}

/** The path of a generated file without its suffix. Replaces characters that would end a path, since import specifiers are URLs. */
export function modulePath({ name }: DescFile): string {
  return name.replace(/[?#%]/g, "_");
}

/**
 * The specifier by which one generated file imports the messages of another, or what the plugin with another suffix writes for
 * it.
 */
export function importPath(
  from: DescFile,
  to: DescFile,
  generating: ReadonlySet<DescFile>,
  options: ImportOptions,
  suffix = "_pb",
): string {
  const isOwn = options.bootstrap_wkt === "true" || generating.has(to);
  if (isShipped(to) && !isOwn) return `@protoloom/protobuf/wkt/${to.name.slice(WKT_FOLDER.length)}`;
  const rewritten = rewrite(to, options.rewrite_imports, suffix);
  return (
    (rewritten ?? relative(modulePath(from), modulePath(to) + suffix)) +
    (options.import_extension === "none" ? "" : `.${options.import_extension.replace(".", "")}`)
  );
}

/**
 * Applies the first matching rule. As in protobuf-es, the part before the colon is a glob of paths: of generated files if it
 * begins with "./" (rewrite_imports there), otherwise of proto files (map_imports).
 */
function rewrite(to: DescFile, rules: string, suffix: string): string | undefined {
  const protoPath = to.proto.name;
  const path = modulePath(to) + suffix;
  for (const rule of rules.split("\n")) {
    const [from, target] = splitRule(rule);
    const subject = from.startsWith("./") ? `./${path}.js` : protoPath;
    if (target !== "" && globOf(from).test(subject)) return `${target.replace(/\/$/, "")}/${path}`;
  }
  return undefined;
}

function splitRule(rule: string): [from: string, to: string] {
  const at = rule.indexOf(":");
  return at < 1 ? ["", ""] : [rule.slice(0, at), rule.slice(at + 1)];
}

const globs: Readonly<Record<string, string>> = { "**/": "([^/]+/)*", "**": ".*", "*": "[^/]*" };

/** `*` matches within a path segment, `**` any number of segments, and a trailing slash everything below. */
export function globOf(glob: string): RegExp {
  return patternOf(glob.replace(/\/$/, "/**"), globs);
}

/** A pattern of paths. `stars` gives the regular expression for each kind of star. */
export function patternOf(text: string, stars: Readonly<Record<string, string>>): RegExp {
  const pattern = text.replace(/\*\*\/|\*\*?|[.+?^${}()|[\]\\]/g, (part) => stars[part] ?? `\\${part}`);
  return new RegExp(`^${pattern}$`);
}

/** The path by which one file imports another, both given relative to the output root. */
export function relative(from: string, to: string): string {
  const here = from.split("/").slice(0, -1);
  const there = to.split("/");
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared++;
  const up = "../".repeat(here.length - shared);
  return `${up === "" ? "./" : up}${there.slice(shared).join("/")}`;
}
