/** Every format, of the report on the whole corpus with a waiver that counts and one that is spent. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import Ajv from "ajv";
import { parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { colours } from "../../plugins/protoc-gen-compat/src/formats/html-style.js";
import { formats } from "../../plugins/protoc-gen-compat/src/formats/index.js";
import { gate } from "../../plugins/protoc-gen-compat/src/gate.js";
import { defaultPolicy } from "../../plugins/protoc-gen-compat/src/policy/policy.js";
import type { Report } from "../../plugins/protoc-gen-compat/src/report.js";
import { corpus } from "./corpus.mjs";

const root = join(import.meta.dirname, "../..");
const waiver = {
  rule: "field-number",
  reason: 'no reader of <Order> "yet" & none planned',
  owner: "shop-team",
  expires: "2030-01-01",
  source: "compat.yaml",
  origin: { index: 0 },
};
let report: Report;

beforeAll(() => {
  const [previous, next] = [corpus.images.before, corpus.images.after].map((file) =>
    parseImage(readFileSync(file), file),
  );
  report = gate([{ name: "before", image: previous! }], next!, {
    policy: {
      ...defaultPolicy,
      waivers: [
        { ...waiver, element: "c.field_renumbered.M.author" },
        { ...waiver, element: "c.nowhere.M.a" },
      ],
    },
    seed: 1,
    version: "1.4.2",
  });
});

/** The violations of a JSON schema, with paths. */
function violations(schema: object, value: unknown): string[] {
  const ajv = new Ajv({ schemaId: "auto", allErrors: true, validateSchema: false }); // SARIF's is of draft 4
  ajv.validate(schema, value);
  return (ajv.errors ?? []).map(({ dataPath, message, params }) => `${dataPath} ${message} ${JSON.stringify(params)}`);
}

function schemaIn(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, "utf8"));
}

function written(format: string): string {
  return formats[format]!.format(report);
}

test("no format changes from one time to the next", () => {
  for (const format of Object.keys(formats)) expect(written(format)).toBe(written(format));
});

test("every format names the rule and both places of what changed", () => {
  const { finding, previous, next } = report.entries.find(
    ({ finding }) => finding.severity === "error" && finding.previous && finding.next && !finding.waiver,
  )!;
  for (const format of Object.keys(formats)) {
    const text = written(format);
    for (const part of [finding.rule, previous!.file, next!.file])
      expect([format, text.includes(part)]).toEqual([format, true]);
  }
});

describe("json", () => {
  test("is as compat-report.schema.json says", () => {
    const schema = schemaIn(join(root, "plugins/protoc-gen-compat/compat-report.schema.json"));
    const json = JSON.parse(written("json"));
    expect(violations(schema, json)).toEqual([]);
    expect(json.findings.length).toBeGreaterThan(300);
    expect([json.problems, json.spent.length, json.versions.next, json.bump]).toEqual([[], 1, "2.0.0", "major"]);
    const surprise = violations(schema, { ...json, findings: [{ ...json.findings[0], surprise: 1 }] });
    expect(surprise).toEqual([expect.stringContaining(".findings[0] should NOT have additional properties")]);
    const wrong = violations(schema, { ...json, bump: "huge", findings: [{ ...json.findings[0], effects: [{}] }] });
    expect(wrong).toHaveLength(4);
  });
});

describe("sarif", () => {
  test("is valid by the schema of SARIF 2.1.0, and its indexes lead to its rules", () => {
    const schema = schemaIn(join(root, "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
    const sarif = JSON.parse(written("sarif"));
    expect(violations(schema, sarif)).toEqual([]);
    expect(violations(schema, JSON.parse(formats.sarif!.format(report, true)))).toEqual([]);
    expect(violations(schema, { ...sarif, version: "2.0.0" })).not.toEqual([]);
    const [{ tool, results }] = sarif.runs;
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(results.filter((result: { suppressions?: unknown }) => result.suppressions !== undefined)).toHaveLength(1);
  });
});

describe("junit", () => {
  test("is well-formed XML whose counts are those of its cases", () => {
    const xml = written("junit");
    expect(unbalanced(xml.replace(/^<\?xml .*\?>\n/, ""))).toBeUndefined();
    for (const [, tests, failures, suite] of xml.matchAll(
      /<testsuite name="[^"]*" tests="(\d+)" failures="(\d+)" errors="0">([\s\S]*?)<\/testsuite>/g,
    )) {
      expect([suite!.match(/<testcase /g)?.length ?? 0, suite!.match(/<failure /g)?.length ?? 0]).toEqual([
        Number(tests),
        Number(failures),
      ]);
    }
  });
});

describe("html", () => {
  test("is well-formed, has no script, and loads nothing", () => {
    const html = written("html");
    const body = html.replace(/^<!doctype html>\n/, "").replace(/<(meta|input|br)\b[^>]*>/g, "");
    expect(unbalanced(body)).toBeUndefined();
    expect(html.match(/<script|\bsrc=|\bon\w+=|@import|url\(|href="(?!#)/g)).toBeNull();
    const ids = new Set(Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id]) => id));
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids.has(target)).toBe(true);
    expect(ids.size).toBe(html.match(/ id="/g)!.length);
  });

  test("lists its contents, has what breaks first, and hides what is compatible", () => {
    const html = written("html");
    const headings = Array.from(html.matchAll(/<h([1-6])>([^<]*)/g), ([, level, text]) => ({
      level: Number(level),
      text,
    }));
    expect(headings.filter(({ level }) => level === 2).map(({ text }) => text)).toEqual([
      "Breaking",
      "To review",
      "Waived",
      "Compatible",
    ]);
    expect(headings[0]!.level).toBe(1);
    for (const [i, { level }] of headings.slice(1).entries()) expect(level - headings[i]!.level).toBeLessThan(2);
    const files = headings.filter(({ level }) => level === 3).length;
    expect(html.match(/<li class="[\w -]*"><a href="#\w+-\d+">/g)!.length).toBe(files);
    expect(html).toMatch(/id="show-error" checked>[^<]*</);
    expect(html).toMatch(/id="show-info">[^<]*</);
  });

  test("can be read and used by everyone: language, names of controls, contrast", () => {
    const html = written("html");
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<label><input /g)!.length).toBe(html.match(/<input /g)!.length);
    expect(html.match(/<fieldset><legend>/g)!.length).toBe(html.match(/<fieldset/g)!.length);
    for (const [scheme, palette] of Object.entries(colours)) {
      for (const text of ["text", "soft", "link", "error", "warning", "info"])
        expect([scheme, text, contrast(palette[text]!, palette.page!) >= 4.5]).toEqual([scheme, text, true]);
      for (const ground of ["panel", "del", "ins"])
        for (const text of ["text", "soft", "link"])
          expect([scheme, text, ground, contrast(palette[text]!, palette[ground]!) >= 4.5]).toEqual([
            scheme,
            text,
            ground,
            true,
          ]);
    }
  });

  test("has 500 findings within 500 KB", () => {
    const { entries } = report;
    const many = Array.from({ length: 500 }, (_, i) => entries[i % entries.length]!);
    expect(formats.html!.format({ ...report, entries: many }).length).toBeLessThan(500_000);
  });
});

test("compatible changes are written on demand", () => {
  const [one] = report.entries.filter(({ finding }) => finding.severity === "info" && !finding.waiver);
  for (const format of ["text", "sarif", "gitlab"]) {
    expect([format, written(format).includes(one!.finding.text)]).toEqual([format, false]);
    expect([format, formats[format]!.format(report, true).includes(one!.finding.text)]).toEqual([format, true]);
  }
});

describe("github", () => {
  test("is one command a line", () => {
    for (const line of written("github").trimEnd().split("\n"))
      expect(line).toMatch(/^::(error|warning|notice) [^:]*::\S/);
  });
});

describe("gitlab", () => {
  test("has issues with distinct fingerprints, severities that GitLab knows, and lines", () => {
    const issues = JSON.parse(written("gitlab")) as Record<string, unknown>[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    for (const issue of issues) {
      expect(["info", "minor", "major", "critical", "blocker"]).toContain(issue.severity);
      expect(issue).toMatchObject({
        description: expect.any(String),
        check_name: expect.any(String),
        location: { path: expect.any(String), lines: { begin: expect.any(Number) } },
      });
    }
  });
});

describe("markdown", () => {
  test("fits into a comment, what breaks first, and says how much does not", () => {
    const markdown = written("markdown");
    expect(markdown.length).toBeLessThanOrEqual(60_100);
    expect(markdown).toMatch(/\n\d+ more findings do not fit into a comment/);
    const errors = report.entries.filter(({ finding }) => finding.severity === "error" && !finding.waiver);
    expect(markdown).toContain(errors[0]!.finding.fingerprint);
  });

  test("closes every fence and fold that it opens, and lets nothing of a proto be markup", () => {
    const markdown = written("markdown");
    expect(markdown.match(/^```/gm)!.length % 2).toBe(0);
    expect(markdown.match(/<details>/g)!.length).toBe(markdown.match(/<\/details>/g)!.length);
    const outside = markdown.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
    expect(outside.replace(/\\./g, "").match(/<(?!\/?(details|summary|code)>)[^>]*>/)).toBeNull();
  });
});

describe("text", () => {
  test("has no colours unless they are requested", () => {
    expect(written("text")).not.toContain("\u001b");
  });
});

/** The contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance). */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** The first tag that does not fit, in XML without comments and CDATA; undefined where every one is closed in its turn. */
function unbalanced(xml: string): string | undefined {
  const open: string[] = [];
  const rest = xml.replace(/<(\/?)([\w-]+)((?: [\w-]+(?:="[^"<]*")?)*) ?(\/?)>/g, (tag, end, name, _, empty) => {
    if (end === "/" && open.pop() !== name) return tag;
    if (end === "" && empty === "") open.push(name);
    return "";
  });
  return open.at(-1) ?? /<[^\n]*|&(?!(amp|lt|gt|quot|#39|#\d+);)[^\n]*/.exec(rest)?.[0];
}
