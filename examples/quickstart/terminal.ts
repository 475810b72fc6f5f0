import { deepStrictEqual } from "node:assert/strict";
import { inspect, styleText } from "node:util";
import { ProtobufError } from "@protoloom/protobuf";

const styles = {
  title: "bold",
  note: "dim",
  code: "cyan",
  result: "green",
  error: "red",
  tag: "yellow",
  length: "magenta",
  value: "green",
} as const;

const isColored = process.stdout.isTTY && !process.env.NO_COLOR;
const columns = 80;
const resultColumn = 48;

/** The text in the colour of what it is, where the output is a terminal. */
export function paint(style: keyof typeof styles, text: string): string {
  return isColored ? styleText(styles[style], text) : text;
}

export function heading(title: string): void {
  console.log(`\n${paint("title", title)} ${paint("note", "─".repeat(columns - title.length - 1))}`);
}

/** A sentence about what comes next. */
export function say(text: string): void {
  console.log(`\n${text}\n`);
}

/** Lines of code, as they are in the source. */
export function code(...lines: string[]): void {
  for (const line of lines) console.log(`  ${paint("code", line)}`);
}

/** A line of code with what it gives. Throws when that is not what is expected. */
export function result(source: string, actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected, `${source} gives ${inspect(actual)}, not ${inspect(expected)}`);
  const text = typeof actual === "string" ? actual : inspect(actual);
  if (text.length <= columns - resultColumn - 2) {
    console.log(`  ${paint("code", source.padEnd(resultColumn))}${paint("result", text)}`);
    return;
  }
  code(source);
  for (const line of text.split("\n")) console.log(`    ${paint("result", line)}`);
}

/** A line of code that throws a ProtobufError. Throws when it does not, or says something else. */
export function failure(source: string, run: () => unknown, expected: string): void {
  deepStrictEqual(messageOf(run), expected, `${source} throws something else`);
  code(source);
  console.log(`    ${paint("error", expected)}`);
}

function messageOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof ProtobufError ? error.message : undefined;
  }
}
