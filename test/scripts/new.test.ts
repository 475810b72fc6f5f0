/** `npm run new`: the files that it writes compile, are formatted, and are registered. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { scaffold } from "../../scripts/scaffold.mjs";

jest.setTimeout(120_000); // compilers, on a machine that may be busy

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".cache/test/new");
const read = (path: string): string | undefined =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;

describe.each([
  ["compat-rule", "enum-zebra", "plugins/protoc-gen-compat", "src/rules", "enumZebra"],
  ["envoy-check", "retry-zebra", "plugins/protoc-gen-envoy", "src/checks", "retryZebra"],
])("npm run new -- %s %s", (kind, name, plugin, home, symbol) => {
  const { texts, next } = scaffold(kind, name, read);
  const [file, index] = [`${plugin}/${home}/${name}.ts`, `${plugin}/${home}/index.ts`];

  beforeAll(() => {
    rmSync(join(folder, plugin), { recursive: true, force: true });
    cpSync(join(root, plugin, "src"), join(folder, plugin, "src"), { recursive: true });
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });

  test("writes a file that compiles", () => {
    const config = {
      extends: join(root, "plugins/kit/tsconfig.json"), // which finds the kit by its sources
      compilerOptions: {
        composite: false,
        incremental: false,
        noEmit: true,
        rootDir: root,
        isolatedDeclarations: false,
      },
      files: [join(folder, file), join(folder, index)],
    };
    writeFileSync(join(folder, plugin, "tsconfig.json"), JSON.stringify(config));
    run(join(root, "node_modules/typescript/bin/tsc"), "-p", join(folder, plugin));
  });

  test("writes what the formatter would write", () => {
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    for (const path of [file, index]) {
      const args = [biome, "check", "--write", `--stdin-file-path=${path}`];
      const input = texts.get(path)!;
      expect(execFileSync(process.execPath, args, { cwd: root, input, encoding: "utf8" })).toBe(input);
    }
  });

  test("registers it among its neighbours, and explains it in the README", () => {
    for (const path of [index, `${plugin}/README.md`]) {
      const added = texts
        .get(path)!
        .split("\n")
        .filter((line) => !read(path)!.split("\n").includes(line));
      expect(added.join("\n")).toMatch(path === index ? symbol : `| \`${name}\` | `);
      expect(
        texts
          .get(path)!
          .split("\n")
          .filter((line) => !added.includes(line))
          .join("\n"),
      ).toBe(read(path));
    }
  });

  test("says what to do next", () => {
    expect(next.length).toBeGreaterThan(1);
    expect([...texts.keys()].filter((path) => path.startsWith("test/")).length).toBeGreaterThan(0);
  });
});

test.each([
  [["rule", "x"], "usage: npm run new -- compat-rule | envoy-check NAME"],
  [["constructor", "x"], "usage: npm run new -- compat-rule | envoy-check NAME"],
  [["compat-rule"], "usage: npm run new -- compat-rule | envoy-check NAME"],
  [["compat-rule", "Field_Number"], 'invalid name "Field_Number": expected lower-case words joined by hyphens'],
  [["compat-rule", "../x"], 'invalid name "../x": expected lower-case words joined by hyphens'],
  [["compat-rule", "field-number"], "plugins/protoc-gen-compat/src/rules/field-number.ts exists already"],
])("npm run new -- %j writes nothing", ([kind, name], message) => {
  expect(() => scaffold(kind, name, read)).toThrow(message);
});

function run(...args: string[]): void {
  try {
    execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", stdio: "pipe" });
  } catch (e) {
    throw new Error((e as { stdout: string }).stdout);
  }
}
