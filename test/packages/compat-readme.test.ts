/**
 * The README of the command line is a program: its files are written, its commands are run in a project that has the
 * packed package installed, and what it says that they print is what they print.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { formats } from "../../plugins/protoc-gen-compat/src/formats/index.js";
import { options } from "../../plugins/protoc-gen-compat/src/options.js";
import { rules } from "../../plugins/protoc-gen-compat/src/rules/index.js";
import { expectPart } from "../golden.js";

const root = join(import.meta.dirname, "../..");
const project = join(root, ".cache/readme/cli");
const readme = readFileSync(join(root, "cli/README.md"), "utf8");
const pluginReadme = readFileSync(join(root, "plugins/protoc-gen-compat/README.md"), "utf8");

beforeAll(() => {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, "node_modules/@bufbuild"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const folder of ["cli", "plugins/protoc-gen-compat"]) {
    const [tarball] = JSON.parse(
      run(root, "npm", "pack", `./${folder}`, "--json", "--ignore-scripts", "--pack-destination", project),
    ) as { filename: string }[];
    run(project, "npm", "install", "--offline", "--no-audit", "--no-fund", join(project, tarball!.filename));
  }
  for (const name of ["@bufbuild/buf", "protoc"])
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name), "dir");
});

describe("cli/README.md", () => {
  test("says what is printed", () => {
    for (const { language, text } of blocksOf(readme)) {
      const [, name] = /^(?:\/\/|#) ([\w./-]+\.(?:proto|yaml))\n/.exec(text) ?? [];
      if (name !== undefined) write(name, text);
      if (language === "console") expectPart(join(root, "cli/README.md"), text, sessionOf(text));
    }
  });

  test("explains every option, format and exit code", () => {
    const { stdout } = spawnSync(process.execPath, [join(root, "cli/bin/protoloom"), "check", "--help"], {
      encoding: "utf8",
    });
    const named = new Set(Array.from(stdout.matchAll(/--[a-z_-]+/g), ([option]) => option));
    const explained = Array.from(section("Options").matchAll(/^\| `(--[a-z_-]+)`/gm), ([, option]) => option!);
    expect([...named].filter((option) => option !== "--help").sort()).toEqual(
      explained.filter((option) => option !== "--help").sort(),
    );
    const rows = Array.from(section("Reports").matchAll(/^\| `(\w+)` \|/gm), ([, format]) => format!);
    expect(rows).toEqual(Object.keys(formats));
  });
});

describe("plugins/protoc-gen-compat/README.md", () => {
  test("lists every option and every rule, as they say it themselves", () => {
    const rows = (heading: string): (string | undefined)[][] =>
      Array.from(sectionIn(pluginReadme, heading).matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm), ([, id, text]) => [
        id,
        text,
      ]);
    expect(rows("Rules")).toEqual(rules.map(({ id, purpose }) => [id, purpose]));
    expect(rows("Options").map(([id]) => id)).toEqual(Object.keys(options));
  });

  test("calls the function as it is", () => {
    const [code] = blocksOf(pluginReadme).filter(({ language }) => language === "js");
    writeFileSync(join(project, "main.mjs"), code!.text);
    expect(run(project, process.execPath, "main.mjs")).toBe("true\nfield-number\n1a0161\n");
  });

  test("stops protoc", () => {
    const [block] = blocksOf(pluginReadme).filter(({ language }) => language === "console");
    expectPart(join(root, "plugins/protoc-gen-compat/README.md"), block!.text, sessionOf(block!.text));
  });
});

function section(heading: string): string {
  return sectionIn(readme, heading);
}

function sectionIn(text: string, heading: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))!;
}

function blocksOf(markdown: string): { language: string; text: string }[] {
  return Array.from(markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm), ([, language, text]) => ({
    language: language!,
    text: text!,
  }));
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), text);
}

/** Each command with what it prints, and its exit code if it is not zero. */
function sessionOf(text: string): string {
  return Array.from(text.matchAll(/^\$ (.*)$/gm), ([, command]) => {
    const [, tool, ...args] = command!.split(" ") as [string, string, ...string[]];
    const { protoloom, protoc }: Record<string, string[]> = {
      protoloom: [join(project, "node_modules/protoloom/bin/protoloom")],
      protoc: [
        join(project, "node_modules/protoc/protoc.cjs"),
        `--plugin=protoc-gen-compat=${join(project, "node_modules/.bin/protoc-gen-compat")}`,
      ],
    };
    const start = tool === "protoc" ? protoc! : protoloom!;
    const { status, stdout, stderr } = spawnSync(process.execPath, [...start, ...args], {
      cwd: project,
      encoding: "utf8",
    });
    return `$ ${command}\n${stdout}${stderr}${status === 0 ? "" : `[exit code ${status}]\n`}`;
  }).join("");
}

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  expect({ command, status, stderr: status === 0 ? "" : stderr }).toEqual({ command, status: 0, stderr: "" });
  return stdout;
}
