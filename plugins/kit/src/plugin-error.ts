/** A user's mistake in the schema or an option. It is reported in the response, without a stack trace. */
export class PluginError extends Error {
  override readonly name = "PluginError";
}

const SHOWN = 20;

/** Throws the findings as one error, one per line. Does nothing if there are none. */
export function refuse(findings: readonly string[]): void {
  if (findings.length === 0) return;
  const more = findings.length > SHOWN ? [`and ${findings.length - SHOWN} more`] : [];
  throw new PluginError([...findings.slice(0, SHOWN), ...more].join("\n"));
}
