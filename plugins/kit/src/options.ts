import { type OtherOptions, parseOthers, type RawOption } from "./other-options.js";
import { own } from "./own.js";
import { PluginError } from "./plugin-error.js";

/** An option: its values and its meaning. `values` is a list, or a word that describes free text. */
export interface Option {
  /** The accepted values, or `text` for free text. */
  readonly values: readonly string[] | "text";
  /** The value if the option is not given. */
  readonly default: string;
  /** One line for `--help`. */
  readonly about: string;
  /** The form of free text, shown by `--help` and checked. */
  readonly form?: { readonly shown: string; readonly pattern: RegExp };
  /** Synonyms of values. `--help` does not list them. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Whether it may be repeated. The values are joined by newlines. */
  readonly repeatable?: boolean;
}

/** The options of a plugin by name. */
export type OptionTable = Readonly<Record<string, Option>>;

/** The value of every option of a table, as text. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };
type ValueOf<O extends Option> = O["values"] extends readonly (infer V)[] ? V : string;

/** Parses the parameter of a request, `a=1,b`, by the table. Throws a PluginError that lists all mistakes. */
export function parseOptions<const T extends OptionTable>(table: T, parameter: string): OptionValues<T> {
  return parseWithOthers(table, parameter, undefined).values;
}

/** The same for a plugin that parses further options itself. */
export function parseWithOthers<const T extends OptionTable, X>(
  table: T,
  parameter: string,
  others: OtherOptions<X> | undefined,
): { readonly values: OptionValues<T>; readonly others: X | undefined } {
  const values = new Map(Object.entries(table).map(([name, option]) => [name, option.default]));
  const seen = new Set<string>();
  const findings: string[] = [];
  const raw: RawOption[] = [];
  let isUnknown = false;
  for (const text of parameter.split(",").map((part) => part.trim())) {
    if (text === "") continue;
    const [name, given] = split(text);
    const option = own(table, name);
    const value = meaningOf(option, given);
    if (option === undefined && others !== undefined) {
      raw.push({ key: name, value: text === name ? "" : given }); // a bare name has no value here
    } else if (option === undefined) {
      findings.push(`unknown option ${JSON.stringify(text)}`);
      isUnknown = true;
    } else if (seen.has(name) && !option.repeatable) {
      findings.push(`option "${name}" is given twice`);
    } else if (option.values === "text" ? option.form?.pattern.test(value) === false : !option.values.includes(value)) {
      findings.push(`invalid option ${JSON.stringify(text)}: expected ${name}=${valuesOf(option)}`);
    } else {
      values.set(name, seen.has(name) ? `${values.get(name)}\n${value}` : value);
    }
    seen.add(name);
  }
  if (isUnknown) findings.push(`the options are\n${describe(table)}`);
  const parsed = others && parseOthers(others, raw, findings);
  if (findings.length > 0) throw new PluginError(findings.join("\n"));
  return { values: Object.fromEntries(values) as OptionValues<T>, others: parsed };
}

function meaningOf(option: Option | undefined, given: string): string {
  return own(option?.synonyms ?? {}, given) ?? given;
}

/** Splits `name=value`. A bare name, such as `keep_empty_files`, is true. */
function split(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, "true"] : [text.slice(0, at), text.slice(at + 1)];
}

/** The table as text, one line per option, for errors and `--help`. */
export function describe(table: OptionTable): string {
  const lines = Object.entries(table).map(([name, option]) => ({ left: `  ${name}=${valuesOf(option)}`, option }));
  const width = Math.max(38, ...lines.map(({ left }) => left.length));
  return lines
    .map(({ left, option: { default: def, about } }) => {
      return `${left.padEnd(width)} ${about}${def === "" ? "" : ` (default ${def})`}`;
    })
    .join("\n");
}

function valuesOf({ values, form }: Option): string {
  return values === "text" ? (form?.shown ?? "…") : values.join("|");
}
