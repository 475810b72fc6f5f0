import type { CodeGeneratorRequest, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { Edition } from "@bufbuild/protobuf/wkt";
import { checkTypes } from "./check-types.js";

/** The earliest and the latest edition that a plugin supports. */
export interface EditionRange {
  readonly minimum: Edition;
  readonly maximum: Edition;
}

export const supportedEditions: EditionRange = { minimum: Edition.EDITION_PROTO2, maximum: Edition.EDITION_2026 };

type Files = Pick<CodeGeneratorRequest, "fileToGenerate" | "protoFile">;

/**
 * Checks the guarantees that protoc and buf give. A request from elsewhere may be malicious: names become paths and code.
 * Returns the findings of the first check that has any, one line each. A sound request has none.
 */
export function checkRequest(request: Files, editions: EditionRange): string[] {
  const checks = [checkFileNames, () => checkEditions(request, editions), checkImports, checkTypes];
  for (const check of checks) {
    const findings = check(request.protoFile);
    if (findings.length > 0) return findings;
  }
  return checkFilesToGenerate(request);
}

function checkFileNames(files: readonly FileDescriptorProto[]): string[] {
  const seen = new Set<string>();
  return files.flatMap(({ name }) => {
    const wrong = seen.has(name) ? "it is in the request twice" : wrongPath(name);
    seen.add(name);
    return wrong === undefined ? [] : [`file ${JSON.stringify(name)}: ${wrong}`];
  });
}

/** Checks a path as protoc does, so that nothing is written outside the output folder. */
function wrongPath(path: string): string | undefined {
  if (path.split("/").some((part) => part === "" || part === "." || part === "..") || /^[A-Za-z]:|\\/.test(path)) {
    return 'expected a relative path with slashes, without empty parts, "." and ".."';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for them
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(path) ? "expected a path without control characters" : undefined;
}

/** Checks the editions of the files to generate. Imported files may be older. */
function checkEditions({ fileToGenerate, protoFile }: Files, { minimum, maximum }: EditionRange): string[] {
  const generated = new Set(fileToGenerate);
  return protoFile.flatMap(({ name, syntax, edition }) => {
    const used = editionOf(syntax, edition);
    if (used === undefined)
      return [`${name}: syntax ${JSON.stringify(syntax)} is unknown: expected proto2, proto3 or editions`];
    const isEarly = used < (generated.has(name) ? minimum : Edition.EDITION_PROTO2);
    if (!isEarly && used <= maximum && (syntax !== "editions" || used >= Edition.EDITION_2023)) return [];
    const first = Math.max(minimum, Edition.EDITION_2023);
    return [
      `${name}: edition ${editionName(used)} is not supported: expected ${editionName(first)} to ${editionName(maximum)}`,
    ];
  });
}

function editionOf(syntax: string, edition: Edition): Edition | undefined {
  if (syntax === "" || syntax === "proto2") return Edition.EDITION_PROTO2;
  if (syntax === "proto3") return Edition.EDITION_PROTO3;
  return syntax === "editions" ? edition : undefined;
}

export function editionName(edition: Edition): string {
  return Edition[edition]?.replace("EDITION_", "").toLowerCase() ?? `number ${edition}`;
}

/** Checks that every file follows its imports (plugin.proto), which rules out circular imports. */
function checkImports(files: readonly FileDescriptorProto[]): string[] {
  const all = new Set(files.map(({ name }) => name));
  const seen = new Set<string>();
  return files.flatMap(({ name, dependency }) => {
    const missing = dependency.filter((imported) => !seen.has(imported));
    seen.add(name);
    return missing.map((imported) => {
      const why = all.has(imported) ? "which does not come before it in the request" : "which is not in the request";
      return `${name}: imports ${JSON.stringify(imported)}, ${why}`;
    });
  });
}

function checkFilesToGenerate({ fileToGenerate, protoFile }: Files): string[] {
  if (fileToGenerate.length === 0) return ["the request names no file to generate"];
  const all = new Set(protoFile.map(({ name }) => name));
  const seen = new Set<string>();
  return fileToGenerate.flatMap((name) => {
    const wrong = seen.has(name)
      ? "is to be generated twice"
      : all.has(name)
        ? ""
        : "is to be generated, but is not in the request";
    seen.add(name);
    return wrong === "" ? [] : [`file ${JSON.stringify(name)} ${wrong}`];
  });
}
