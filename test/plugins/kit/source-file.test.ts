/** Files are encoded in two ways, by what is in them; both must drop marks, and only marks. */
import { describe, expect, test } from "@jest/globals";
import { SourceFile, verbatim } from "@protoloom/plugin-kit";

const texts = [
  ["ASCII", "text"],
  ["a letter of Latin-1", "caf\u00e9"],
  ["letters whose code ends like a mark's", "\u01ab\u01bb \u04ab\u04bb"],
  ["letters beyond", "\u6f22\u5b57 \u{1f600}"],
  ["marks of its own", "\u00abquoted\u00bb"],
  ["one mark", "\u00bb"],
] as const;

describe.each(texts)("with %s in a comment", (_, text) => {
  test.each([
    ["ts", "const x: number = f<string>(y);"],
    ["js", "const x = f(y);"],
  ] as const)("in %s", (target, code) => {
    const file = new SourceFile("x", target, new Set());
    file.print(`// ${verbatim(text)}`);
    file.print("const x«: number» = f«<string>»(y);");
    file.print(`// ${verbatim(text)}`);
    expect(Buffer.from(file.toBytes("// head")).toString()).toBe(`// head\n// ${text}\n${code}\n// ${text}\n`);
  });
});
