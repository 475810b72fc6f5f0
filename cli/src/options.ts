import { parseArgs } from "node:util";
import { nearest } from "./nearest.js";

/** An option of a command. Parsing, help, completion and suggestions read the same table. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** A single letter. */
  readonly short?: string;
  /** The value as help shows it: `FILE`. */
  readonly value?: string;
  readonly about: string;
  /** The values to complete. A path is completed if there are none. */
  readonly choices?: readonly string[];
}

/** Options by their names without dashes. */
export type OptionTable = Readonly<Record<string, Option>>;

/** A mistake on the command line, as one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The option that every command has. */
export const helpOption: Option = { type: "boolean", short: "h", about: "this text" };

/** Reads arguments by the table of the values' names. Throws UsageError, with the option that was probably meant. */
export function parseOptions<V>(
  args: readonly string[],
  options: Readonly<Record<keyof V & string, Option>>,
): { readonly values: V; readonly positionals: readonly string[] } {
  requireKnown(args, options);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as V, positionals };
  } catch (e) {
    if (!String((e as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")) throw e;
    throw new UsageError((e as Error).message.split("\n")[0]!);
  }
}

/** Throws UsageError for an option that is not in the table. */
export function requireKnown(args: readonly string[], options: OptionTable): void {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const meant = nearest(token.name, Object.keys(options));
    const hint = meant === undefined || token.name.length < 3 ? "--help lists them" : `did you mean --${meant}?`;
    throw new UsageError(`unknown option ${token.rawName}: ${hint}`);
  }
}

/** The column at which the texts of the options start, and the last column. */
const INDENT = 27;
const WIDTH = 110;

/** The options as lines of help. */
export function optionsHelp(options: OptionTable): string {
  return Object.entries(options)
    .map(([name, { short, value, about }]) => {
      const head = `  ${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
      const lines = wrapped(about);
      const first = head.length < INDENT ? `${head.padEnd(INDENT)}${lines.shift()}` : head;
      return [first, ...lines.map((line) => `${" ".repeat(INDENT)}${line}`)].join("\n");
    })
    .join("\n");
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || INDENT + last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
