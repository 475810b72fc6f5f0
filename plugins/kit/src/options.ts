import { own } from "./own.js";
import { PluginError } from "./plugin-error.js";

/** One option: what values it takes, and what it means. `values` is a list, or a word that describes free text. */
export interface Option {
  readonly values: readonly string[] | "text";
  readonly default: string;
  readonly about: string;
  /** What text looks like: for `--help`, and to check it. */
  readonly form?: { readonly shown: string; readonly pattern: RegExp };
  /** May be given several times: the values are joined by a newline. */
  readonly repeatable?: boolean;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** The value of every option of a table, as text. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };
type ValueOf<O extends Option> = O["values"] extends readonly (infer V)[] ? V : string;

/** Parses the parameter of a request, `a=1,b`, against the table; throws PluginError that says all that is wrong. */
export function parseOptions<const T extends OptionTable>(table: T, parameter: string): OptionValues<T> {
  const values = new Map(Object.entries(table).map(([name, option]) => [name, option.default]));
  const seen = new Set<string>();
  const findings: string[] = [];
  let isUnknown = false;
  for (const text of parameter.split(",").map((part) => part.trim())) {
    if (text === "") continue;
    const [name, value] = split(text);
    const option = own(table, name);
    if (option === undefined) {
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
  if (findings.length > 0) throw new PluginError(findings.join("\n"));
  return Object.fromEntries(values) as OptionValues<T>;
}

/** A bare name is true, as in `keep_empty_files`. */
function split(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, "true"] : [text.slice(0, at), text.slice(at + 1)];
}

/** The table as text: one line an option, for errors and for `--help`. */
export function describe(table: OptionTable): string {
  return Object.entries(table)
    .map(([name, option]) => {
      const { default: def, about } = option;
      const left = `  ${name}=${valuesOf(option)}`;
      return `${left.padEnd(38)} ${about}${def === "" ? "" : ` (default ${def})`}`;
    })
    .join("\n");
}

function valuesOf({ values, form }: Option): string {
  return values === "text" ? (form?.shown ?? "…") : values.join("|");
}
