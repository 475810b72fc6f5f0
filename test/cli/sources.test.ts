/** `protoloom check` on protos from elsewhere: proto paths, workspaces, packages of npm, parts of a folder. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const order = (number: number, more = "") =>
  `syntax = "proto3";\npackage shop.v1;\nmessage Order {\n  string author = ${number};\n${more}}\n`;
let folder: string;

beforeAll(() => {
  mkdirSync(join(root, ".cache/tmp"), { recursive: true }); // below the repository, so that its compiler is found
  folder = mkdtempSync(join(root, ".cache/tmp/sources-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Asynchronous, because npm talks to a registry of this process. */
async function check(args: string[], { cwd = ".", env = {} }: { cwd?: string; env?: object } = {}): Promise<Result> {
  const child = spawn(process.execPath, [join(root, "cli/bin/protoloom"), "check", ...args], {
    cwd: join(folder, cwd),
    env: { ...process.env, ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}

function git(cwd: string, ...args: string[]): void {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...who, ...args], { cwd: join(folder, cwd), encoding: "utf8" });
  expect({ args, status, stderr: status === 0 ? "" : stderr }).toEqual({ args, status: 0, stderr: "" });
}

const NUMBERED = /^\S+:\d+:\d+/gm;
const places = ({ out }: Result): string[] => [...out.matchAll(/^✗ (\S+)/gm)].map(([, place]) => place!);

describe("proto paths", () => {
  beforeAll(() => {
    const money = (type: string) => `syntax = "proto3";\npackage money;\nmessage Money {\n  ${type} units = 1;\n}\n`;
    const withMoney = (number: number) =>
      order(number, "  money.Money price = 9;\n").replace(
        "package shop.v1;",
        'package shop.v1;\nimport "money.proto";',
      );
    put("paths/third_party/money.proto", money("int64"));
    put("paths/proto/shop/order.proto", withMoney(1));
    git("paths", "init", "-q", "-b", "main");
    git("paths", "add", ".");
    git("paths", "commit", "-qm", "one");
    put("paths/third_party/money.proto", money("int32"));
    put("paths/proto/shop/order.proto", withMoney(2));
  });

  test("are where imports are, then and now", async () => {
    const result = await check(["proto", "-I", "third_party", "--against", "ref:HEAD"], { cwd: "paths" });
    expect(places(result)).toEqual(["proto/shop/order.proto:5:3"]); // not the import: it is no file of the folder
    expect(result).toMatchObject({ code: 100, err: "" });
  });

  test("name files from a folder around", async () => {
    const args = ["proto/shop", "-Iproto", "--proto_path", "third_party", "--against", "ref:HEAD"];
    const result = await check(args, { cwd: "paths" });
    expect(places(result)).toEqual(["proto/shop/order.proto:5:3"]);
  });

  test("can be set in compat.yaml, relative to its folder, with the compiler", async () => {
    put("paths/proto/compat.yaml", "proto_path: [../third_party]\ncompiler: protoc\nagainst: ref:HEAD\n");
    expect((await check(["proto"], { cwd: "paths" })).code).toBe(100);
    expect((await check(["."], { cwd: "paths/proto" })).code).toBe(100);
    const buf = await check(["proto", "--compiler", "buf"], { cwd: "paths" });
    expect(buf.err).toBe(
      "protoloom check: buf has no proto paths: list the folders as modules in buf.yaml, or choose compiler protoc\n",
    );
    rmSync(join(folder, "paths/proto/compat.yaml"));
  });

  test.each([
    [["proto", "-I", "nowhere"], "there is no folder nowhere"],
    [["proto", "--compiler", "javac"], '--compiler: expected buf, protoc, got "javac"'],
  ])("%j is refused", async (args, message) => {
    const { code, err } = await check([...args, "--against", "ref:HEAD"], { cwd: "paths" });
    expect({ code, err }).toEqual({ code: 1, err: `protoloom check: ${message}\n` });
  });

  test("both compilers give the same report", async () => {
    put("same/old/order.proto", order(1));
    put("same/new/order.proto", order(2));
    const by = (compiler: string) => check(["new", "--against", "old", "--compiler", compiler], { cwd: "same" });
    const [buf, protoc] = [await by("buf"), await by("protoc")];
    expect(buf.code).toBe(100);
    expect(protoc).toEqual(buf);
  });
});

describe("a workspace of buf", () => {
  const workspace = {
    version: "v2",
    modules: [
      { path: "base", excludes: ["base/old"] },
      { path: "shop", breaking: { use: ["WIRE"], ignore: ["shop/draft"] } },
    ],
    policies: [{ policy: "buf.build/acme/policy" }],
    plugins: [{ plugin: "buf-plugin-acme" }],
  };
  const money = (number: number) =>
    `syntax = "proto3";\npackage base;\nmessage Money {\n  int64 units = ${number};\n}\n`;
  const shop = (number: number) =>
    order(number, "  base.Money price = 9;\n").replace(
      "package shop.v1;",
      'package shop.v1;\nimport "base/money.proto";',
    );

  beforeAll(() => {
    put("ws/buf.yaml", JSON.stringify(workspace));
    put("ws/base/base/money.proto", money(1));
    put("ws/base/old/bad.proto", "this does not compile");
    put("ws/shop/shop/v1/order.proto", shop(1));
    put("ws/shop/draft/draft.proto", order(1).replace("shop.v1", "draft"));
    git("ws", "init", "-q", "-b", "main");
    git("ws", "add", ".");
    git("ws", "commit", "-qm", "one");
    put("ws/base/base/money.proto", money(2));
    put("ws/shop/shop/v1/order.proto", shop(2));
    put("ws/shop/draft/draft.proto", order(2).replace("shop.v1", "draft"));
  });

  test("is checked as a whole at its root", async () => {
    const result = await check([".", "--against", "ref:HEAD"], { cwd: "ws" });
    expect(places(result).sort()).toEqual([
      "base/base/money.proto:4:3",
      "shop/draft/draft.proto:4:3",
      "shop/shop/v1/order.proto:5:3",
    ]);
  });

  test("is checked by module, with the imports from the others", async () => {
    for (const [cwd, input, prefix] of [
      ["ws", "shop", "shop/"],
      ["ws/shop", ".", ""],
    ] as const) {
      const result = await check([input, "--against", "ref:HEAD"], { cwd });
      expect(places(result).sort()).toEqual([`${prefix}draft/draft.proto:4:3`, `${prefix}shop/v1/order.proto:5:3`]);
    }
  });

  test("has a policy by paths of the folder that is checked", async () => {
    put("ws/compat.yaml", "ignore: [shop/draft/, base/]\n");
    const whole = await check([".", "--against", "ref:HEAD"], { cwd: "ws" });
    expect(places(whole)).toEqual(["shop/shop/v1/order.proto:5:3"]);
    const one = await check(["shop", "--config", "compat.yaml", "--against", "ref:HEAD"], { cwd: "ws" });
    expect(places(one).sort()).toEqual(["shop/draft/draft.proto:4:3", "shop/shop/v1/order.proto:5:3"]);
    rmSync(join(folder, "ws/compat.yaml"));
  });

  test("gives what buf breaking gives of it and of each module, and tells what only buf checks", async () => {
    const bufOnly = { ...workspace, policies: undefined, plugins: undefined };
    put("bufws/buf.yaml", JSON.stringify(bufOnly));
    put("bufws/base/base/money.proto", money(1));
    put("bufws/shop/shop/v1/order.proto", shop(1));
    put("bufws/shop/draft/draft.proto", order(1).replace("shop.v1", "draft"));
    git("bufws", "init", "-q", "-b", "main");
    git("bufws", "add", ".");
    git("bufws", "commit", "-qm", "one");
    put("bufws/base/base/money.proto", money(2));
    put("bufws/shop/shop/v1/order.proto", shop(2));
    put("bufws/shop/draft/draft.proto", order(2).replace("shop.v1", "draft"));
    for (const module of [".", "shop", "base"]) {
      const against = module === "." ? ".git#ref=HEAD" : `.git#ref=HEAD,subdir=${module}`;
      const program = join(root, "node_modules/@bufbuild/buf/bin/buf");
      const buf = spawnSync(process.execPath, [program, "breaking", module, "--against", against], {
        cwd: join(folder, "bufws"),
        encoding: "utf8",
      });
      const ours = await check([module, "--profile", "buf", "--against", "ref:HEAD"], { cwd: "bufws" });
      expect({ module, code: ours.code, out: ours.out }).toEqual({ module, code: buf.status, out: buf.stdout });
      expect(ours.out.match(NUMBERED)?.length ?? 0).toBeGreaterThan(0);
    }
    const { err } = await check([".", "--profile", "buf", "--against", "ref:HEAD"], { cwd: "ws" });
    expect(err).toBe(
      "protoloom check: not checked, because only buf runs them: plugin buf-plugin-acme, policy buf.build/acme/policy of buf.yaml\n",
    );
  }, 120_000);
});

describe("a part of a folder", () => {
  beforeAll(() => {
    for (const [side, number] of [
      ["old", 1],
      ["new", 2],
    ] as const) {
      put(`part/${side}/a/a.proto`, order(number).replace("shop.v1", "a"));
      put(`part/${side}/b/b.proto`, order(number).replace("shop.v1", "b"));
    }
    put("part/old/c/gone.proto", order(1).replace("shop.v1", "c"));
  });

  test.each([
    [["new/a"], ["new/a/a.proto:4:3"]],
    [
      ["new/a/a.proto", "./new/b/"],
      ["new/a/a.proto:4:3", "new/b/b.proto:4:3"],
    ],
    [["old/c"], ["old/c/gone.proto:1:1"]],
  ])("%j", async (paths, expected) => {
    const args = paths.flatMap((path) => ["--path", path]);
    const result = await check(["new", "--against", "old", ...args], { cwd: "part" });
    expect(places(result).sort()).toEqual(expected);
  });

  test("that does not exist is an error", async () => {
    const { code, err } = await check(["new", "--against", "old", "--path", "new/d"], { cwd: "part" });
    expect({ code, err }).toEqual({
      code: 1,
      err: "protoloom check: --path new/d: neither version has a proto there\n",
    });
  });

  test("is a part of what buf finds, too", async () => {
    const args = ["new", "--against", "old", "--profile", "buf", "--path", "new/b"];
    expect((await check(args, { cwd: "part" })).out.match(NUMBERED)).toEqual(["new/b/b.proto:3:1"]);
  });
});

describe("a package of npm", () => {
  let server: Server;
  let env: Record<string, string>;
  let requests = 0;

  beforeAll(async () => {
    put("pkg/package.json", JSON.stringify({ name: "@acme/protos", version: "1.2.3" }));
    put("pkg/proto/shop/order.proto", order(1));
    put("pkg/other/shop/order.proto", order(2));
    put("use/proto/shop/order.proto", order(2));
    const packed = spawnSync("npm", ["pack", "--silent", "--pack-destination", ".."], {
      cwd: join(folder, "pkg"),
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    expect(packed.stdout.trim()).toBe("acme-protos-1.2.3.tgz");
    const tarball = readFileSync(join(folder, "acme-protos-1.2.3.tgz"));
    const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    server = createServer((request, response) => {
      requests++;
      const { port } = server.address() as AddressInfo;
      const dist = { tarball: `http://127.0.0.1:${port}/protos.tgz`, integrity };
      const version = { name: "@acme/protos", version: "1.2.3", dist };
      if (request.url === "/protos.tgz") response.end(tarball);
      else if (request.url?.toLowerCase() === "/@acme%2fprotos")
        response.end(
          JSON.stringify({ name: "@acme/protos", "dist-tags": { latest: "1.2.3" }, versions: { "1.2.3": version } }),
        );
      else response.writeHead(404).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    env = {
      npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_fetch_retries: "0",
      npm_config_update_notifier: "false",
    };
  });

  afterAll(() => void server.close());

  test("comes from the registry, then from the cache", async () => {
    const args = ["proto", "--against", "npm:@acme/protos@1.2.3"];
    const first = await check(args, { cwd: "use", env });
    expect(first.err).toBe("");
    expect(places(first)).toEqual(["proto/shop/order.proto:4:3"]);
    expect(first.out).toContain("2.0.0 after 1.2.3");
    expect(first.out).toContain("(against npm:@acme/protos@1.2.3)");
    const asked = requests;
    const again = await check(args, { cwd: "use", env: { ...env, npm_config_offline: "true" } });
    expect(again).toEqual(first);
    expect(requests).toBe(asked);
  }, 60_000);

  test.each([
    ["npm:@acme/protos@^1", 100],
    ["npm:@acme/protos", 100],
    ["npm:@acme/protos@1.2.3#other", 0],
    ["../acme-protos-1.2.3.tgz", 100],
    ["../acme-protos-1.2.3.tgz#other", 0],
  ])("%s", async (against, code) => {
    const result = await check(["proto", "--against", against], { cwd: "use", env });
    expect([result.code, result.err]).toEqual([code, ""]);
    expect(result.out).toContain("@acme/protos@1.2.3)");
  });

  test.each([
    ["npm:@acme/protos@9", /^protoloom check: npm cannot fetch @acme\/protos@9: No matching version found for .*\n$/],
    ["npm:@acme/none", /^protoloom check: npm cannot fetch @acme\/none: 404 .*\n$/],
    ["npm:../pkg", /^protoloom check: npm:\.\.\/pkg names no package: expected one like npm:@acme\/protos@1\.2\.3\n$/],
    ["npm:@acme/protos#none", /^protoloom check: @acme\/protos has no folder none\n$/],
    ["npm:@acme/protos#../..", /^protoloom check: @acme\/protos has no folder \.\.\/\.\.\n$/],
    ["none.tgz", /^protoloom check: there is no none\.tgz\n$/],
    ["proto/shop/text.tgz", /^protoloom check: cannot unpack proto\/shop\/text\.tgz: .*\n$/],
  ])("%s is an error in one line", async (against, message) => {
    put("use/proto/shop/text.tgz", "this is no tarball");
    const { code, err } = await check(["proto", "--against", against], { cwd: "use", env });
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  test("that the cache does not have is an error when offline", async () => {
    const offline = { ...env, npm_config_offline: "true", npm_config_cache: join(folder, "empty-cache") };
    const { code, err } = await check(["proto", "--against", "npm:@acme/protos@1.2.3"], { cwd: "use", env: offline });
    expect(code).toBe(1);
    expect(err).toMatch(/^protoloom check: npm cannot fetch @acme\/protos@1\.2\.3: .*cache.*\n$/);
  });
});
