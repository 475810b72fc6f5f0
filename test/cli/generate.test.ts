/** `protoloom generate` in projects of their own, with the packages of this repository in their node_modules. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeCommand } from "../../cli/src/generate.js";

const root = join(import.meta.dirname, "../..");
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "generate with spaces-"));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

const proto = `syntax = "proto3";
package shop.v1;
message Order { string author = 1; }
service Orders { rpc Get(Order) returns (Order); }
`;
const template = "version: v2\nplugins:\n  - local: protoc-gen-ts\n    out: gen\n";

function put(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function install(...names: string[]): void {
  for (const name of names) {
    const target = name.startsWith("@protoloom/")
      ? join(root, "plugins", name.slice(11))
      : join(root, "node_modules", name);
    mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true });
    symlinkSync(target, join(project, "node_modules", name), "dir");
  }
}

const all = ["@protoloom/protoc-gen-ts", "@protoloom/protoc-gen-ts-grpc"];

/** A command that another package has installed under the same name. */
function another(name: string): string {
  const folder = join(project, "node_modules/.bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), "#!/bin/sh\necho another >&2\nexit 1\n");
  chmodSync(join(folder, name), 0o755);
  return folder;
}

function generate(args: readonly string[], path = process.env.PATH): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "cli/bin/protoloom"), "generate", ...args],
    { cwd: project, env: { ...process.env, PATH: path }, encoding: "utf8" },
  );
  return { code: status, out: stdout, err: stderr };
}

const written = (): string[] => readdirSync(join(project, "gen"), { recursive: true, encoding: "utf8" }).sort();

describe("with a template", () => {
  beforeEach(() => {
    put("buf.gen.yaml", template);
    put("order.proto", proto);
    install("@bufbuild/buf", "@bufbuild/buf-linux-x64", ...all);
  });

  test("runs buf, with our plugin before a command of the same name", () => {
    const path = [another("protoc-gen-ts"), process.env.PATH].join(delimiter);
    expect(generate([], path)).toEqual({ code: 0, out: "", err: "" });
    expect(written()).toEqual(["order_pb.ts"]);
    expect(readFileSync(join(project, "gen/order_pb.ts"), "utf8")).toContain("export class Order");
  });

  test("takes an input, and a template of another name", () => {
    put("other.yaml", template.replace("out: gen", "out: gen/other"));
    expect(generate(["--template", "other.yaml", "."])).toMatchObject({ code: 0, err: "" });
    expect(written()).toEqual(["other", "other/order_pb.ts"]);
  });

  test("says what is wrong in the template", () => {
    put("buf.gen.yaml", "version: [");
    expect(generate([])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^protoloom generate: cannot read buf.gen.yaml: .*\n$/),
    });
  });

  test("passes on what buf finds wrong", () => {
    put("order.proto", proto.replace("string", "strin"));
    const { code, err } = generate([]);
    expect([code, err]).toEqual([1, expect.stringContaining("order.proto:3:17")]);
  });

  test("refuses options that the template has itself", () => {
    const message = "--plugin does not go with buf.gen.yaml, which says it itself";
    expect(generate(["--plugin", "ts"])).toMatchObject({ code: 1, err: `protoloom generate: ${message}\n` });
    expect(generate(["--template", "none.yaml"]).err).toBe("protoloom generate: there is no file none.yaml\n");
  });
});

describe.each([
  ["protoc", ["protoc"]],
  ["buf", ["@bufbuild/buf", "@bufbuild/buf-linux-x64"]],
])("without a template, by %s", (_, compiler) => {
  beforeEach(() => {
    put("proto/shop/order.proto", proto);
    put("proto/shop/node_modules/other/other.proto", "not a proto");
    install(...compiler, ...all);
  });

  test("writes the messages and the services of a folder", () => {
    const path = [another("protoc-gen-ts"), process.env.PATH].join(delimiter);
    expect(generate(["proto", "-I", "proto", "--out", "gen"], path)).toEqual({ code: 0, out: "", err: "" });
    expect(written()).toEqual(["shop", "shop/order_grpc.ts", "shop/order_pb.ts"]);
  });

  test("runs only the named plugins, with their options", () => {
    const args = ["proto/shop/order.proto", "--out", "gen/a", "--plugin", "ts", "--opt", "ts:target=js"];
    expect(generate(args)).toMatchObject({ code: 0, err: "" });
    expect(written().filter((name) => name.includes("order"))).toEqual([
      "a/proto/shop/order_pb.d.ts",
      "a/proto/shop/order_pb.js",
    ]);
  });

  test("fails when a plugin does", () => {
    const { code, err } = generate(["proto", "-I", "proto", "--out", "gen", "--opt", "ts:targt=js"]);
    expect([code, err]).toEqual([1, expect.stringContaining('unknown option "targt=js"')]);
  });
});

describe("says what is missing", () => {
  beforeEach(() => {
    put("order.proto", proto);
    put("empty/README.md", "");
  });

  test.each<[args: string[], installed: string[], message: string]>([
    [[], all, "there is no buf.gen.yaml here: --out FOLDER says where to write, --help explains both ways"],
    [["--out", "gen"], all, "no protos are named: give files, or folders of protos"],
    [["none", "--out", "gen"], all, "there is no file or folder none"],
    [["empty", "--out", "gen"], all, "there are no protos in empty"],
    [
      ["order.proto", "--out", "gen"],
      [],
      "protoc-gen-ts is not installed: npm install --save-dev @protoloom/protoc-gen-ts",
    ],
    [["order.proto", "--out", "gen", "--plugin", "tss"], all, 'unknown plugin "tss": did you mean ts?'],
    [
      ["order.proto", "--out", "gen", "--plugin", "__proto__"],
      all,
      /^unknown plugin "__proto__": expected ts, /.source,
    ],
    [
      ["order.proto", "--out", "gen", "--opt", "target=js"],
      all,
      "--opt target=js: expected PLUGIN:NAME=VALUE, such as ts:target=js",
    ],
    [["order.proto", "--out", "gen"], all, "neither buf nor protoc is installed: npm install --save-dev @bufbuild/buf"],
    [["--template", "order.proto"], all, "order.proto needs buf: npm install --save-dev @bufbuild/buf"],
  ])("%j with %j", (args, packages, message) => {
    install(...packages);
    const { code, out, err } = generate(args, dirname(process.execPath));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(new RegExp(`^protoloom generate: ${message.replace(/^\^/, "").replace(/[?.()]/g, "\\$&")}`));
    expect(readdirSync(project)).not.toContain("gen");
  });
});

test("a command for Windows names Node and the script", () => {
  const file = writeCommand(project, "protoc-gen-ts", "C:\\a b\\protoc-gen-ts", "win32");
  expect(file).toBe(join(project, "protoc-gen-ts.cmd"));
  expect(readFileSync(file, "utf8")).toBe(`@"${process.execPath}" "C:\\a b\\protoc-gen-ts" %*\r\n`);
});
