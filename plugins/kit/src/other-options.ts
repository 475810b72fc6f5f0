import { PluginError } from "./plugin-error.js";

/** An option as it was given; the value of a bare name is empty. */
export interface RawOption {
  readonly key: string;
  readonly value: string;
}

/** Parses the options that the table does not have. Throws Error for what is wrong with them. */
export type OtherOptions<X> = (options: RawOption[]) => X;

/** Adds what the parser throws to the findings. */
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

/** Options as a parameter has them. */
export function parameterOf(raw: readonly RawOption[]): string {
  return raw.map(({ key, value }) => (value === "" ? key : `${key}=${value}`)).join(",");
}

function reasonOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
