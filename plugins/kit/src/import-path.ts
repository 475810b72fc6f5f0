import type { DescFile } from "@bufbuild/protobuf";

/** The options that decide where an import leads. */
export interface ImportOptions {
  readonly import_extension: string;
  readonly rewrite_imports: string;
  /** "true" in the runtime package itself, which cannot import itself. */
  readonly bootstrap_wkt?: string;
}

/** The files that ship with the runtime, by their proto path. */
const WKT_FOLDER = "google/protobuf/";
const shipped = new Set(
  [
    "any",
    "api",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
    "compiler/plugin",
  ]
    .concat(["cpp_features", "go_features", "java_features"])
    .map((name) => `${WKT_FOLDER}${name}`),
);

export function isShipped(file: DescFile): boolean {
  return shipped.has(file.name);
}

/** What the generated code of one file imports the messages of another from. */
export function importPath(
  from: DescFile,
  to: DescFile,
  generating: ReadonlySet<DescFile>,
  options: ImportOptions,
): string {
  const isOwn = options.bootstrap_wkt === "true" || generating.has(to);
  if (isShipped(to) && !isOwn) return `@protoloom/protobuf/wkt/${to.name.slice(WKT_FOLDER.length)}`;
  const rewritten = rewrite(`${to.name}_pb`, options.rewrite_imports);
  return (
    (rewritten ?? relative(from.name, `${to.name}_pb`)) +
    (options.import_extension === "none" ? "" : `.${options.import_extension}`)
  );
}

function rewrite(path: string, rules: string): string | undefined {
  for (const rule of rules.split("\n")) {
    const at = rule.indexOf(":");
    if (at > 0 && path.startsWith(rule.slice(0, at))) return `${rule.slice(at + 1).replace(/\/$/, "")}/${path}`;
  }
  return undefined;
}

function relative(from: string, to: string): string {
  const here = from.split("/").slice(0, -1);
  const there = to.split("/");
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared++;
  const up = "../".repeat(here.length - shared);
  return `${up === "" ? "./" : up}${there.slice(shared).join("/")}`;
}
