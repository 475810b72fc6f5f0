/** The help of `protoloom`, and its answer to an unknown command. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";

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
