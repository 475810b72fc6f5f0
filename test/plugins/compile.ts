import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Proto sources by their path. */
export type Sources = Readonly<Record<string, string>>;

const compiled = new Map<string, FileDescriptorProto[]>();

/**
 * Compiles proto files with protoc: their descriptors and those of all imports, with source info. Imports are looked up
 * among the sources, then in the folders `includes`, which can be files with a FileDescriptorSet, too (*.binpb).
 */
export function compile(sources: Sources, includes: readonly string[] = []): FileDescriptorProto[] {
  const key = JSON.stringify([sources, includes]);
  const files = compiled.get(key) ?? runProtoc(sources, includes);
  compiled.set(key, files);
  return files;
}

function runProtoc(sources: Sources, includes: readonly string[]): FileDescriptorProto[] {
  const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
  try {
    for (const [path, source] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const out = join(folder, "descriptors");
    const args = [
      "--include_imports",
      "--include_source_info",
      ...[folder, ...includes].map((path) =>
        path.endsWith(".binpb") ? `--descriptor_set_in=${path}` : `--proto_path=${path}`,
      ),
      `--descriptor_set_out=${out}`,
    ];
    const protoc = join(root, "node_modules/protoc/protoc.cjs");
    const { status, stderr } = spawnSync(process.execPath, [protoc, ...args, ...Object.keys(sources)], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`protoc failed:\n${stderr}`);
    return fromBinary(FileDescriptorSetSchema, readFileSync(out)).file;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The request that protoc makes for the sources. */
export function requestFor(sources: Sources, parameter = "", includes: readonly string[] = []): CodeGeneratorRequest {
  return create(CodeGeneratorRequestSchema, {
    fileToGenerate: Object.keys(sources),
    protoFile: compile(sources, includes),
    parameter,
  });
}
