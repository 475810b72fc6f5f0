import type { CodeGeneratorRequest, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { Edition } from "@bufbuild/protobuf/wkt";
import { checkTypes } from "./check-types.js";

export const minimumEdition: Edition = Edition.EDITION_PROTO2;
export const maximumEdition: Edition = Edition.EDITION_2026;

/**
 * Checks what protoc and buf make sure of. Others make requests by hand, and may mean harm: names become paths, and
 * code. Returns the findings of the first check that has any, one line each; none for a request that is sound.
 */
export function checkRequest(request: CodeGeneratorRequest): string[] {
  for (const check of [checkFileNames, checkEditions, checkImports, checkTypes]) {
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

/** What protoc requires of a path, so that nothing is written outside of the output folder. */
function wrongPath(path: string): string | undefined {
  if (path.split("/").some((part) => part === "" || part === "." || part === "..") || /^[A-Za-z]:|\\/.test(path)) {
    return 'expected a relative path with slashes, without empty parts, "." and ".."';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(path) ? "expected a path without control characters" : undefined;
}

function checkEditions(files: readonly FileDescriptorProto[]): string[] {
  return files.flatMap(({ name, syntax, edition }) => {
    if (syntax === "" || syntax === "proto2" || syntax === "proto3") return [];
    if (syntax !== "editions")
      return [`${name}: syntax ${JSON.stringify(syntax)} is unknown: expected proto2, proto3 or editions`];
    if (edition >= Edition.EDITION_2023 && edition <= maximumEdition) return [];
    return [
      `${name}: edition ${editionName(edition)} is not supported: expected 2023 to ${editionName(maximumEdition)}`,
    ];
  });
}

export function editionName(edition: Edition): string {
  return Edition[edition]?.replace("EDITION_", "").toLowerCase() ?? `number ${edition}`;
}

/** Files come behind those that they import (plugin.proto), so that no import is circular. */
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

function checkFilesToGenerate({ fileToGenerate, protoFile }: CodeGeneratorRequest): string[] {
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
