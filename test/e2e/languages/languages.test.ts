/**
 * The evidence for the rules about source code: each witness compiles beside the code generated before the change, and not
 * beside that after it; what has no finding compiles beside both.
 */
import { mkdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { languageSurfaces } from "../../../plugins/protoc-gen-compat/src/finding.js";
import { compileLanguages, languagesFolder } from "../../compat/languages.mjs";
import { PROVISION_MS } from "../provision.js";
import { type Side, toolsOf } from "./compile.js";
import { type Program, programsOf } from "./programs.js";

beforeAll(() => {
  mkdirSync(languagesFolder, { recursive: true });
  compileLanguages();
});

describe.each(languageSurfaces)("%s", (surface) => {
  let programs: readonly Program[];
  let failing: Record<Side, Set<number>>;

  beforeAll(async () => {
    const tools = await toolsOf[surface]();
    programs = programsOf(surface);
    const codes = programs.map(({ code }) => code);
    failing = { before: tools.failing("before", codes), after: tools.failing("after", codes) };
    const witnesses = programs.filter(({ isWitness }) => isWitness).length;
    console.log(`${surface}: ${witnesses} witnesses, ${programs.length - witnesses} other programs; ${tools.versions}`);
  }, PROVISION_MS);

  test("every program compiles before the change", () => {
    expect(programs.filter(({ isWitness }) => isWitness).length).toBeGreaterThan(15);
    expect(programs.filter(({ isWitness }) => !isWitness).length).toBeGreaterThan(30);
    expect(programs.filter((_, i) => failing.before.has(i))).toEqual([]);
  });

  test("no witness compiles after it", () => {
    expect(programs.filter(({ isWitness }, i) => isWitness && !failing.after.has(i))).toEqual([]);
  });

  test("everything without a finding compiles after it", () => {
    expect(programs.filter(({ isWitness }, i) => !isWitness && failing.after.has(i))).toEqual([]);
  });
});
