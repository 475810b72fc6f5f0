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
  semver: { type: "string" },
  update: { type: "boolean" },
  lock: { type: "string" },
  seed: { type: "string" },
  today: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

export const checkHelp: string = `protoloom check [FOLDER or IMAGE] --against BASELINE ...

  -a, --against BASELINE  ${baselineForms};
                          may be given several times, the latest first
  --profile proved        our rules, each finding proved by a value (the default)
  --profile buf           the findings of buf breaking, line for line; --buf-config FILE instead of buf.yaml
  --profile confluent     as a schema registry: --mode NONE, BACKWARD, FORWARD, FULL, or one of these with _TRANSITIVE
  --config FILE           severities, waivers and more; compat.yaml in the folder is read without it
  -f, --format FORMAT     ${Object.keys(formats).join(", ")}; FORMAT=FILE writes a file;
                          may be given several times
  --known FILE            a JSON report: what it has is not new, and does not fail
  --fix                   add the reserved lines that the report asks for to the protos of the folder
  --semver VERSION        the version of the baseline, such as 1.4.2, where its tag does not say: reports say the next
  --update                write the lock file (--lock FILE, compat.lock) for later --against compat.lock
  --seed NUMBER           of the random messages
  --today YYYY-MM-DD      the day by which waivers expire

Exit code: 0 nothing breaks, 100 something does, 1 the check could not run.
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
