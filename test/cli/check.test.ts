/** `protoloom check` and the plugin as their users start them: exit codes, output, bad input. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const order = `syntax = "proto3";
package shop.v1;
message Order {
  string date = 1;
  string classname = 2;
  string author = 3;
  float price = 4;
}
`;
let folder: string;

beforeAll(() => {
  // below the repository, so that its compiler is found
  mkdirSync(join(root, ".cache/tmp"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/tmp/check-"));
  put("old/order.proto", order);
  put("renumbered/order.proto", order.replace("author = 3", "author = 5"));
  put("extended/order.proto", order.replace("price = 4;", "price = 4;\n  optional string note = 5;"));
  put("broken/order.proto", "syntax = ;");
  put("image.binpb", "this is no image");
  put("empty.binpb", "");
  put("empty/README.md", "");
  put("none.json", "{}");
  put("waived/order.proto", order.replace("author = 3", "author = 5"));
  put("waived/compat.yaml", waiver("2030-01-01"));
  put("bad.yaml", "waivers: [{ element: shop.v1.Order.author, rule: field-number }]\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function waiver(expires: string): string {
  return `waivers:\n  - { element: shop.v1.Order.author, rule: field-number, reason: nobody reads it, owner: shop, expires: "${expires}" }\n`;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Runs a compiler on the old protos. */
function tool(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: join(folder, "old"),
    encoding: "utf8",
  });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
}

function check(...args: string[]): { code: number | null; out: string; err: string } {
  const program = join(root, "cli/bin/protoloom");
  const result = spawnSync(process.execPath, [program, "check", ...args], { cwd: folder, encoding: "utf8" });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

describe("protoloom check", () => {
  test("fails with a witness where a field is renumbered", () => {
    const { code, out, err } = check("renumbered", "--against", "old");
    expect({ code, err }).toEqual({ code: 100, err: "" });
    expect(out).toContain("order.proto:6:3 field shop.v1.Order.author moved from number 3 to 5");
    expect(out).toContain('1a0161   { author: "a" }  ⇒  {}');
    expect(out).toContain("needs a major version");
  });

  test("passes with its proof where an optional field is added", () => {
    const quiet = check("extended", "--against", "old");
    expect([quiet.code, quiet.out]).toEqual([
      0,
      "0 breaking, 0 to review, 1 compatible; needs a minor version  (against old)\n",
    ]);
    const { code, out } = check("extended", "--against", "old", "--all");
    expect(code).toBe(0);
    expect(out).toContain("1000 messages went both ways unchanged (seed 1)");
    expect(out).toContain("needs a minor version");
  });

  test("reads a lock file that --update wrote", () => {
    expect(check("old", "--update").code).toBe(0);
    expect(check("renumbered", "--against", "compat.lock").code).toBe(100);
    expect(check("old", "--against", "compat.lock").code).toBe(0);
  });

  test("takes a waiver, fails once it has expired, and says where it is spent", () => {
    const passed = check("waived", "--against", "old", "--today", "2029-12-31");
    expect([passed.code, passed.out.includes("waived by shop until 2030-01-01")]).toEqual([0, true]);
    const expired = check("waived", "--against", "old", "--today", "2030-01-02");
    expect([expired.code, expired.out.includes("expired on 2030-01-01: ask shop")]).toEqual([100, true]);
    const stale = check("old", "--against", "old", "--config", "waived/compat.yaml", "--today", "2029-01-01");
    expect([stale.code, stale.out.includes("spent, nothing is left to waive")]).toEqual([0, true]);
  });

  test("does not compile installed packages", () => {
    put("installed/order.proto", order);
    put("installed/nested/more.proto", order.replace("shop.v1", "more.v1"));
    put("installed/node_modules/broken/order.proto", "syntax = ;");
    put("installed/nested/node_modules/broken/order.proto", "syntax = ;");
    expect(check("installed", "--against", "old")).toMatchObject({ code: 0, err: "" });
    expect(check("installed", "--update", "--lock", "installed.lock").out).toBe("wrote installed.lock: 2 files\n");
  });

  test("fails only on what a report does not know yet", () => {
    expect(check("renumbered", "--against", "old", "--format", "json=known.json").code).toBe(100);
    expect(check("renumbered", "--against", "old", "--known", "known.json").code).toBe(0);
  });

  test("compares with commits: a merge base, a tag, all tags", () => {
    const git = (...args: string[]) => {
      const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
      const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    };
    put("proto/order.proto", order);
    git("init", "--quiet", "--initial-branch=main");
    git("add", "proto");
    git("commit", "--quiet", "-m", "first");
    git("tag", "v1.0.0");
    put("proto/order.proto", order.replace("author = 3", "author = 5"));
    for (const against of ["git:main", "ref:HEAD", "tag:v1.*", "tags:v*"]) {
      expect([against, check("proto", "--against", against).code]).toEqual([against, 100]);
    }
    git("commit", "--quiet", "-am", "second");
    expect(check("proto", "--against", "git:main").code).toBe(0);
    expect(check("proto", "--against", "tag:v*").code).toBe(100);
    expect(check("proto", "--against", "tag:w*").err).toContain('no git tag matches "w*"');
  });

  test("writes what is to be reserved with --fix, once, and says the next version", () => {
    const file = join(folder, "removed/order.proto");
    put("removed/order.proto", order.replace("  string author = 3;\n", "").replace("  string date = 1;\n", ""));
    const first = check("removed", "--against", "old", "--fix", "--semver", "1.4.2");
    expect(first.err).toBe("protoloom check: fixed removed/order.proto\n");
    expect(first.out).toContain("needs a major version, 2.0.0 after 1.4.2");
    expect(first.out).not.toContain("paste");
    const fixed = readFileSync(file, "utf8");
    expect(fixed).toContain('  float price = 4;\n  reserved 1, 3;\n  reserved "author", "date";\n}\n');
    expect(check("removed", "--against", "old", "--fix").err).toBe("");
    expect(readFileSync(file, "utf8")).toBe(fixed);
    expect(check("compat.lock", "--against", "old", "--fix").err).toContain("--fix needs a folder of protos");
  });

  test("reads images of buf and protoc, binary, JSON and gzipped, without source info too", () => {
    const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
    const config = ["--config", '{"version":"v2"}'];
    for (const out of ["o.binpb", "o.json", "o.binpb.gz", "o.json.gz"])
      tool(buf, "build", "-o", `../${out}`, ...config);
    tool(join(root, "node_modules/protoc/protoc.cjs"), "-o../bare.binpb", "order.proto");
    for (const image of ["o.binpb", "o.json", "o.binpb.gz", "o.json.gz", "bare.binpb"]) {
      expect([image, check("old", "--against", image).code]).toEqual([image, 0]);
      const { code, out } = check("renumbered", "--against", image);
      expect([image, code, out.includes("author moved from number 3 to 5")]).toEqual([image, 100, true]);
    }
    expect(check("bare.binpb", "--against", "renumbered").out).toContain("order.proto:1:1 field shop.v1.Order.author");
  });

  test("finds a number that an older version had, in several baselines", () => {
    put("without/order.proto", order.replace("  string author = 3;\n", ""));
    put("reused/order.proto", order.replace("string author = 3", "int32 pages = 3"));
    const latest = check("reused", "--against", "without", "--all");
    expect([latest.code, latest.out.includes("field shop.v1.Order.pages = 3 was added")]).toEqual([0, true]);
    const all = check("reused", "--against", "without", "--against", "old");
    expect(all.code).toBe(100);
    expect(all.out).toContain("field shop.v1.Order.author was renamed to pages");
    expect(all.out).toContain("(against without, old)");
  });

  test("prints what buf breaking prints of a workspace, whose modules have configurations of their own", () => {
    const modules = "  - path: one\n    breaking:\n      use: [WIRE]\n  - path: two\n";
    const config = `version: v2\nmodules:\n${modules}breaking:\n  use: [FILE]\n  ignore: [two/ignored]\n`;
    for (const [side, text] of Object.entries({ before: order, after: order.replace("author = 3", "author = 5") })) {
      put(`${side}/buf.yaml`, config);
      put(`${side}/one/a.proto`, text.replace("shop.v1", "one.v1"));
      put(`${side}/two/b.proto`, text.replace("shop.v1", "two.v1"));
      put(`${side}/two/ignored/c.proto`, text.replace("shop.v1", "ignored.v1"));
    }
    put("smaller/buf.yaml", "version: v2\nmodules:\n  - path: one\n");
    put("smaller/one/a.proto", order.replace("shop.v1", "one.v1"));
    expect(check("before", "--against", "smaller").code).toBe(0); // a module is new
    expect(check("smaller", "--against", "before").code).toBe(100); // a module is gone
    const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
    const theirs = spawnSync(process.execPath, [buf, "breaking", "after", "--against", "before"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(theirs.stdout.match(/^after\/\w+\/\w\.proto/gm)).toEqual(["after/one/a.proto", "after/two/b.proto"]);
    expect(check("after", "--against", "before", "--profile", "buf")).toEqual({
      code: 100,
      out: theirs.stdout,
      err: "",
    });
  });

  test("prints nothing where a report cannot be written", () => {
    const { code, out, err } = check("renumbered", "--against", "old", "-f", "text", "-f", "html=nowhere/report.html");
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: "protoloom check: cannot write nowhere/report.html: ENOENT\n",
    });
  });

  test("has the modes of a schema registry", () => {
    put("int32/a.proto", 'syntax = "proto3";\nmessage A { int32 a = 1; }\n');
    put("int64/a.proto", 'syntax = "proto3";\nmessage A { int64 a = 1; }\n');
    const mode = (name: string) => check("int64", "--against", "int32", "--profile", "confluent", "--mode", name).code;
    expect(["BACKWARD", "FORWARD", "FULL", "NONE"].map(mode)).toEqual([0, 100, 100, 0]);
    // the latest version has int64 too: only the transitive modes look at the one before
    const both = ["--against", "int64", "--against", "int32", "--profile", "confluent", "--mode"];
    const modes = ["FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"];
    expect(modes.map((name) => check("int64", ...both, name).code)).toEqual([0, 0, 0, 100, 100]);
  });

  test.each([
    ["an unknown baseline", ["old", "--against", "nothing"], "there is no nothing: expected an image file"],
    ["no baseline", ["old"], "expected --against BASELINE"],
    ["an empty image", ["old", "--against", "empty.binpb"], "cannot read image empty.binpb: it holds no files"],
    ["an empty folder", ["empty", "--against", "old"], "there are no protos in empty"],
    ["a day that there is not", ["old", "--against", "old", "--today", "2026-13-45"], "expected a day like 2026-12-31"],
    ["an option of another profile", ["old", "--against", "old", "--mode", "FULL"], "--mode has no meaning for"],
    [
      "a report that is none",
      ["old", "--against", "old", "--known", "none.json"],
      "expected what --format json writes",
    ],
    ["an unreadable image", ["old", "--against", "image.binpb"], "cannot read image image.binpb"],
    ["protos that do not compile", ["broken", "--against", "old"], "cannot compile broken: order.proto:1:10"],
    ["an unknown ref", ["old", "--against", "git:no-such-branch"], 'git knows no ref "no-such-branch"'],
    [
      "a waiver without an owner",
      ["old", "--against", "old", "--config", "bad.yaml"],
      "waivers[0]: expires is missing",
    ],
    ["an unknown profile", ["old", "--against", "old", "--profile", "best"], "expected proved, buf, confluent"],
    ["an unknown option", ["old", "--agains", "old"], "unknown option --agains: did you mean --against?"],
  ])("says in one line what is wrong with %s", (_, args, message) => {
    const { code, out, err } = check(...args);
    expect({ code, out, lines: err.trim().split("\n").length }).toEqual({ code: 1, out: "", lines: 1 });
    expect(err).toContain(message);
  });
});

describe("protoc-gen-compat", () => {
  function protoc(side: string, ...options: string[]) {
    const out = mkdtempSync(join(tmpdir(), "compat-out-"));
    const plugin = join(root, "plugins/protoc-gen-compat/bin/protoc-gen-compat");
    const args = ["--proto_path", side, `--plugin=protoc-gen-compat=${plugin}`, `--compat_out=${out}`];
    const program = join(root, "node_modules/protoc/protoc.cjs");
    const all = [program, ...args, ...options.map((each) => `--compat_opt=${each}`), "order.proto"];
    const result = spawnSync(process.execPath, all, { cwd: folder, encoding: "utf8" });
    const files = spawnSync("ls", [out], { encoding: "utf8" }).stdout.split("\n").filter(Boolean);
    rmSync(out, { recursive: true });
    return { code: result.status, err: result.stderr, files };
  }

  test("stops protoc on a break, and writes nothing", () => {
    const { code, err, files } = protoc("renumbered", "against=old");
    expect([code, files]).toEqual([1, []]);
    expect(err).toContain("order.proto:6:3: field shop.v1.Order.author moved from number 3 to 5 (field-number)");
    expect(err).toContain('binary 1a0161: { author: "a" } is read as {}');
  });

  test("writes the reports of a clean run, and of any with report_only", () => {
    expect(protoc("extended", "against=old", "format=json", "format=html").files).toEqual([
      "compat.html",
      "compat.json",
    ]);
    expect(protoc("renumbered", "against=old", "report_only").files).toEqual(["compat.txt"]);
  });

  test.each([
    ["a format of that name is none", "format=constructor", 'invalid option "format=constructor": expected text, json'],
    ["no file is there", "config=none.yaml", "cannot read none.yaml: ENOENT"],
    ["a file is no YAML", "config=order.yaml", "cannot read order.yaml: "],
  ])("says in one line that %s", (_, option, message) => {
    writeFileSync(join(folder, "order.yaml"), "a: [");
    const { code, err, files } = protoc("extended", "against=old", option);
    expect([code, files]).toEqual([1, []]);
    expect(err).toContain(`--compat_out: ${message}`);
    expect(err).not.toContain("    at ");
  });

  test("stops buf generate too, and writes nothing", () => {
    const local = [process.execPath, join(root, "plugins/protoc-gen-compat/bin/protoc-gen-compat")];
    const generate = (side: string) => {
      const plugins = [{ local, out: `reports-${side}`, strategy: "all", opt: ["against=old", "format=json"] }];
      const buf = join(root, "node_modules/@bufbuild/buf/bin/buf");
      const args = ["generate", side, "--template", JSON.stringify({ version: "v2", plugins })];
      const result = spawnSync(process.execPath, [buf, ...args], { cwd: folder, encoding: "utf8" });
      return { code: result.status, err: result.stderr, wrote: existsSync(join(folder, `reports-${side}`)) };
    };
    const broken = generate("renumbered");
    expect(broken).toMatchObject({ wrote: false, err: expect.stringContaining("moved from number 3 to 5") });
    expect(broken.code).not.toBe(0);
    expect(generate("extended")).toMatchObject({ code: 0, wrote: true });
  });

  test("takes a waiver in a comment of the proto", () => {
    const waiver = "// compat-allow: field-number shop.v1.Order.author until 2030-12-31 by shop: nobody reads it";
    put("allowed/order.proto", order.replace("  string author = 3", `  ${waiver}\n  string author = 5`));
    expect(protoc("allowed", "against=old", "today=2030-12-31").code).toBe(0);
    expect(protoc("allowed", "against=old", "today=2031-01-01").err).toContain("expired on 2030-12-31: ask shop");
  });

  test("needs a baseline", () => {
    expect(protoc("old").err).toContain('expected the option "against=BASELINE"');
  });
});
