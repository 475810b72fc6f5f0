import { parseArgs } from "node:util";
import { baselineForms, formats } from "@protoloom/protoc-gen-compat";

const options = {
  against: { type: "string", multiple: true, short: "a" },
  profile: { type: "string" },
  mode: { type: "string" },
  config: { type: "string" },
  "buf-config": { type: "string" },
  format: { type: "string", multiple: true, short: "f" },
  known: { type: "string" },
  fix: { type: "boolean" },
  prune: { type: "boolean" },
  semver: { type: "string" },
  update: { type: "boolean" },
  lock: { type: "string" },
  seed: { type: "string" },
  today: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

export const checkHelp: string = `protoloom check [FOLDER or IMAGE] --against BASELINE ...

  -a, --against BASELINE  ${baselineForms};
                          may be repeated, newest first
  --profile proved        our rules; every finding is proved by a value (default)
  --profile buf           the findings of buf breaking, line for line; --buf-config FILE replaces buf.yaml
  --profile confluent     like a schema registry: --mode NONE, BACKWARD, FORWARD or FULL, optionally with _TRANSITIVE
  --config FILE           severities, waivers and more; default: compat.yaml in the folder
  -f, --format FORMAT     ${Object.keys(formats).join(", ")}; FORMAT=FILE writes to a file;
                          may be repeated
  --known FILE            a JSON report; its findings are known and do not fail the check
  --fix                   add the reserved statements that the report suggests to the protos
  --prune                 remove waivers whose change is in the baseline, from compat.yaml and from comments
  --semver VERSION        the baseline's version, such as 1.4.2, if its tag does not say; reports then name the next one
  --update                write a lock file (--lock FILE, default compat.lock) for use with --against compat.lock
  --seed NUMBER           seed of the random messages
  --today YYYY-MM-DD      the date for expiring waivers; default: today

Exit codes: 0 nothing breaks, 100 something breaks, 1 the check could not run.
`;

/** The given options: flags are true, others are text. */
export interface CheckValues {
  readonly against?: readonly string[];
  readonly profile?: string;
  readonly mode?: string;
  readonly config?: string;
  readonly "buf-config"?: string;
  readonly format?: readonly string[];
  readonly known?: string;
  readonly fix?: boolean;
  readonly prune?: boolean;
  readonly semver?: string;
  readonly update?: boolean;
  readonly lock?: string;
  readonly seed?: string;
  readonly today?: string;
  readonly help?: boolean;
}

/** Throws node:util's error for an unknown option. */
export function parseCheckOptions(args: string[]): { values: CheckValues; positionals: readonly string[] } {
  return parseArgs({ args, options, allowPositionals: true });
}
