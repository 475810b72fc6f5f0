/** The completions of `protoloom`, asked of the shells themselves. A shell that is not installed is left out. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { powershell } from "../../cli/src/completions/powershell.js";

const program = join(import.meta.dirname, "../../cli/bin/protoloom");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "completions-"));
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "completions", shell], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    writeFileSync(join(folder, `protoloom.${shell}`), stdout);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The words that a shell offers for the last word of a line. */
const shells: Record<string, (words: readonly string[]) => string[]> = {
  bash(words) {
    const split = words.flatMap((word) => word.split(/(=)/)); // COMP_WORDBREAKS
    return run(
      "bash",
      ["--norc", "--noprofile"],
      [
        "source protoloom.bash",
        `COMP_WORDS=(${split.map((word) => `'${word}'`).join(" ")})`,
        `COMP_CWORD=${split.length - 1}`,
        "_protoloom",
        "IFS=$'\\n'",
        'echo "$' + '{COMPREPLY[*]}"', // two parts: no placeholder of ours
      ],
    );
  },
  fish: (words) =>
    run("fish", ["--no-config"], ["source protoloom.fish", `complete -C ${JSON.stringify(words.join(" "))}`]).map(
      (line) => line.split("\t")[0]!.replace(/^--\w+=/, ""),
    ),
  // zsh completes only in its line editor: one runs in a terminal of its own, and prints what it would insert.
  zsh(words) {
    const inner = [
      "autoload -Uz compinit",
      "compinit -D -u",
      "source protoloom.zsh",
      "zstyle ':completion:*' list-colors ''",
      'compadd() { builtin compadd -O found -D ignored "$@"; for word in $found; do print -r -- "<$word>"; done; builtin compadd "$@"; }',
      "PS1=READY",
    ].join("\n");
    writeFileSync(join(folder, "inner.zsh"), inner);
    return run(
      "zsh",
      ["-f"],
      [
        "zmodload zsh/zpty",
        "zpty -b shell zsh -f -i",
        "zpty -w shell 'source inner.zsh'",
        "sleep 1",
        `zpty -w -n shell $'${words.join(" ")}\\t'`,
        "sleep 1",
        "while zpty -r -t shell line; do print -r -- $line; done",
        "zpty -d shell",
      ],
    ).flatMap((line) => Array.from(line.matchAll(/<([\w=-]+)>/g), ([, word]) => word!));
  },
  pwsh(words) {
    const line = words.join(" ");
    return run(
      "pwsh",
      ["-NoProfile"],
      [
        "Get-Content -Raw protoloom.powershell | Invoke-Expression",
        `(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches.CompletionText`,
      ],
    ).map((word) => word.replace(/^--\w+=/, ""));
  },
};

function run(shell: string, args: readonly string[], lines: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(shell, [...args, "-c", lines.join("\n")], {
    cwd: folder,
    encoding: "utf8",
  });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter(Boolean);
}

describe.each(Object.entries(shells))("%s", (shell, complete) => {
  const isInstalled = spawnSync(shell, ["--version"]).error === undefined;

  // npm brings no shells: each is tested where it is installed
  (isInstalled ? test : test.skip)("completes commands, options and their values", () => {
    expect(complete(["protoloom", "che"])).toContain("check");
    expect(complete(["protoloom", "check", "--prof"])).toContain("--profile");
    expect(complete(["protoloom", "check", "--agai"])).toContain("--against");
    expect(complete(["protoloom", "check", "--profile", "con"])).toContain("confluent");
    expect(complete(["protoloom", "check", "--color="]).sort()).toEqual(["always", "auto", "never"]);
    expect(complete(["protoloom", "completions", "fi"])).toContain("fish");
    expect(complete(["protoloom", "control-plane", "--addr"])).toContain("--address");
  });
});

test("the script for PowerShell closes what it opens, whatever help texts hold", () => {
  const script = powershell([
    {
      name: "odd",
      about: "it's 'odd'",
      words: [],
      options: { a: { type: "string", short: "A", about: "one ‘brace’ {", choices: ["it's"] } },
    },
  ]);
  const code = script.replace(/'(?:[^'‘’‚‛]|(['‘’‚‛])\1)*'/g, "''").replace(/"[^"]*"/g, '""');
  expect(code).not.toMatch(/['‘’‚‛](?!')(?<!'')/);
  for (const [open, close] of ["{}", "()", "[]"]) expect(code.split(open!).length).toBe(code.split(close!).length);
  expect(script).toContain("'odd -A' { 'it''s' }");
});

test("another shell is refused", () => {
  const { status, stderr } = spawnSync(process.execPath, [program, "completions", "tcsh"], { encoding: "utf8" });
  expect([status, stderr]).toEqual([1, 'protoloom completions: expected bash, zsh, fish, powershell, got "tcsh"\n']);
});
