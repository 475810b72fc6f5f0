import { PluginError } from "./plugin-error.js";

/** An option as given. The value of a bare name is empty. */
export interface RawOption {
  readonly key: string;
  readonly value: string;
}

/** Parses the options that are not in the table. Throws an Error for a mistake in them. */
export type OtherOptions<X> = (options: RawOption[]) => X;

/** Adds the parser's error to the findings. */
export function parseOthers<X>(parse: OtherOptions<X>, raw: RawOption[], findings: string[]): X | undefined {
  try {
    return parse(raw);
  } catch (e) {
    findings.push(
      e instanceof PluginError ? e.message : `invalid option ${JSON.stringify(parameterOf(raw))}: ${reasonOf(e)}`,
    );
    return undefined;
  }
}

/** Options in the form of a parameter. */
export function parameterOf(raw: readonly RawOption[]): string {
  return raw.map(({ key, value }) => (value === "" ? key : `${key}=${value}`)).join(",");
}

function reasonOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
