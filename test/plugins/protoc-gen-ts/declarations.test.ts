/**
 * target=ts and target=js declare the same: every x_pb.d.ts says of x_pb.js what TypeScript would say of x_pb.ts, comments
 * included.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { Project } from "ts-morph";
import { declarationsOf } from "./declarations.js";

const root = join(import.meta.dirname, "../../..");
const wkt = ".cache/declarations/wkt";

/** Folders of x_pb.ts, and of x_pb.d.ts from the same protos. */
const pairs = [
  ["test/gen/ts", "test/gen/js"],
  ["runtime/protobuf/src/wkt/gen", wkt],
] as const;

const project = new Project({ skipFileDependencyResolution: true, skipLoadingLibFiles: true });

/** The well-known types are generated as TypeScript alone. */
beforeAll(() => {
  rmSync(join(root, wkt), { recursive: true, force: true });
  mkdirSync(join(root, wkt), { recursive: true });
  const include = join(root, "node_modules/protoc/include");
  const plugin = `--plugin=protoc-gen-ts=${join(root, "plugins/protoc-gen-ts/bin/protoc-gen-ts")}`;
  const options = [`--ts_out=${join(root, wkt)}`, "--ts_opt=target=js,bootstrap_wkt=true,json_types=true"];
  const protos = listFiles(include, ".proto");
  const args = [join(root, "node_modules/protoc/protoc.cjs"), `-I${include}`, plugin, ...options, ...protos];
  expect(spawnSync(process.execPath, args, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

describe.each(pairs)("%s and %s", (ts, dts) => {
  const sources = listFiles(join(root, ts), ".ts");

  test("have the same files", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(listFiles(join(root, dts), ".d.ts").map((file) => file.replace(/\.d\.ts$/, ".ts"))).toEqual(sources);
  });

  test.each(sources)("%s declares the same in both", (source) => {
    const declared = read(ts, source);
    expect(declared.size).toBeGreaterThan(0);
    expect(read(dts, source.replace(/\.ts$/, ".d.ts"))).toEqual(declared);
  });
});

describe("what would differ is seen", () => {
  const module = (dts: boolean, text: string): string => `
    import type { ${dts ? "Message" : "Message as Message$1"} } from "./message.js";
    /** An order. */
    export ${dts ? "declare " : ""}class Order extends Base {
      ${dts ? "static readonly typeName: " : "static readonly typeName = "}"shop.Order"${dts ? "" : " as const"};
      ${text}
      static of(init?: string): Order${dts ? ";" : " { return new Order(); }"}
    }`;
  const ts = declared("ts", module(false, "declare total?: Message$1; // x"));

  test.each<[difference: string, text: string, isSame: boolean]>([
    ["nothing but the name of an import", "total?: Message;", true],
    ["a type", "total?: Order;", false],
    ["a question mark", "total: Message;", false],
    ["a modifier", "readonly total?: Message;", false],
    ["a comment", "/** All of it. */ total?: Message;", false],
    ["a member that is missing", "", false],
    ["a member more", "total?: Message; clone(): this;", false],
  ])("%s", (_, text, isSame) => {
    const dts = declared("d.ts", module(true, text));
    if (isSame) expect(dts).toEqual(ts);
    else expect(dts).not.toEqual(ts);
  });
});

function read(folder: string, file: string): Map<string, string> {
  return declarationsOf(project.addSourceFileAtPath(join(root, folder, file)));
}

function declared(extension: string, text: string): Map<string, string> {
  return declarationsOf(project.createSourceFile(`/planted.${extension}`, text, { overwrite: true }));
}

function listFiles(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(extension))
    .sort();
}
