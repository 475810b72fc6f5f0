/** The help of `protoloom`, and its answer to an unknown command. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { hasColour } from "../../cli/src/colour.js";

function protoloom(...args: string[]): { code: number | null; out: string; err: string } {
  const program = join(import.meta.dirname, "../../cli/bin/protoloom");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

describe("help", () => {
  test.each([["help"], ["--help"], ["-h"]])("%s lists the commands", (arg) => {
    expect(protoloom(arg)).toMatchObject({ code: 0, err: "", out: expect.stringContaining("protoloom check ") });
  });

  test("with a command is the help of the command", () => {
    const { code, out } = protoloom("help", "check");
    expect([code, out]).toEqual([0, protoloom("check", "--help").out]);
    expect(out).toContain("--against BASELINE");
  });
});

test("an unknown command is said, with the one that was meant", () => {
  expect(protoloom("chekc")).toMatchObject({ code: 1, err: expect.stringContaining('"chekc": did you mean check?\n') });
  expect(protoloom("publish").err).toMatch(/^unknown command "publish"\n/);
  expect(protoloom().code).toBe(1);
});

test.each([
  [["check", "--agianst", "x"], "check: unknown option --agianst: did you mean --against?"],
  [["review", "--formt=text"], "review: unknown option --formt: did you mean --format?"],
  [["envoy", "publish", "a", "b", "--admn", "x"], "envoy: unknown option --admn: did you mean --admin?"],
  [["control-plane", "--adress", "x"], "control-plane: unknown option --adress: did you mean --address?"],
  [["bootstrap", "envoy", "--servr", "x"], "bootstrap: unknown option --servr: did you mean --server?"],
  [["check", "-x"], "check: unknown option -x: --help lists them"],
  [["check", "--__proto__"], "check: unknown option --__proto__: --help lists them"],
])("%j: an unknown option is said in one line", (args, line) => {
  expect(protoloom(...args)).toMatchObject({ code: 1, out: "", err: `protoloom ${line}\n` });
});

describe("colour", () => {
  const terminal = { isTTY: true };

  test.each<[string | undefined, { isTTY?: boolean }, Record<string, string>, boolean]>([
    [undefined, terminal, {}, true],
    [undefined, {}, {}, false],
    ["auto", terminal, { NO_COLOR: "1" }, false],
    ["auto", terminal, { NO_COLOR: "" }, true],
    ["auto", {}, { FORCE_COLOR: "1" }, true],
    ["auto", terminal, { FORCE_COLOR: "0" }, false],
    ["auto", terminal, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    ["auto", terminal, { TERM: "dumb" }, false],
    ["always", {}, { NO_COLOR: "1" }, true],
    ["never", terminal, { FORCE_COLOR: "1" }, false],
  ])("--color=%s on %j with %j: %s", (chosen, output, env, expected) => {
    expect(hasColour(chosen, output, env)).toBe(expected);
  });

  test("refuses another value", () => {
    expect(() => hasColour("sometimes", terminal, {})).toThrow('--color is "sometimes": expected auto, always, never');
  });
});
