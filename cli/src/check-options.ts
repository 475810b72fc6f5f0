import { baselineForms, compilerNames, formats, modes, profiles } from "@protoloom/protoc-gen-compat";
import { helpOption, type Option, optionsHelp } from "./options.js";

/** The given options: flags are true, others are text. */
export interface CheckValues {
  readonly against?: readonly string[];
  readonly profile?: string;
  readonly mode?: string;
  readonly "buf-config"?: string;
  readonly config?: string;
  readonly path?: readonly string[];
  readonly proto_path?: readonly string[];
  readonly compiler?: string;
  readonly format?: readonly string[];
  readonly all?: boolean;
  readonly known?: string;
  readonly fix?: boolean;
  readonly prune?: boolean;
  readonly semver?: string;
  readonly update?: boolean;
  readonly lock?: string;
  readonly color?: string;
  readonly seed?: string;
  readonly today?: string;
  readonly help?: boolean;
}

export const checkOptions: Readonly<Record<keyof CheckValues, Option>> = {
  against: {
    type: "string",
    multiple: true,
    short: "a",
    value: "BASELINE",
    about: `${baselineForms}; may be repeated, newest first`,
  },
  profile: {
    type: "string",
    value: "NAME",
    choices: profiles,
    about:
      "proved (default): our rules, and every finding is proved by a value; buf: the findings of buf breaking, line for line; confluent: like a schema registry",
  },
  mode: {
    type: "string",
    value: "MODE",
    choices: modes,
    about: "for confluent: NONE, BACKWARD, FORWARD or FULL, optionally with _TRANSITIVE",
  },
  "buf-config": { type: "string", value: "FILE", about: "for buf: replaces buf.yaml" },
  config: { type: "string", value: "FILE", about: "severities, waivers and more; default: compat.yaml in the folder" },
  path: {
    type: "string",
    multiple: true,
    value: "PATH",
    about: "report only on this file or folder; may be repeated",
  },
  proto_path: {
    type: "string",
    multiple: true,
    short: "I",
    value: "FOLDER",
    about: "a folder with imports, for protoc; may be repeated",
  },
  compiler: {
    type: "string",
    value: "NAME",
    choices: compilerNames,
    about: "buf or protoc; default: buf if it is installed, protoc with --proto_path",
  },
  format: {
    type: "string",
    multiple: true,
    short: "f",
    value: "FORMAT",
    choices: Object.keys(formats),
    about: `${Object.keys(formats).join(", ")}; FORMAT=FILE writes to a file; may be repeated`,
  },
  all: { type: "boolean", about: "show compatible changes too; json and junit always have them, html has a filter" },
  known: {
    type: "string",
    value: "FILE",
    about: "a JSON report; its findings are known and do not fail the check",
  },
  fix: { type: "boolean", about: "add the reserved statements that the report suggests to the protos" },
  prune: {
    type: "boolean",
    about: "remove waivers whose change is in the baseline, from compat.yaml and from comments",
  },
  semver: {
    type: "string",
    value: "VERSION",
    about: "the baseline's version, such as 1.4.2, if its tag does not say; reports then name the next one",
  },
  update: { type: "boolean", about: "write a lock file, for use with --against compat.lock" },
  lock: { type: "string", value: "FILE", about: "the name of the lock file; default: compat.lock" },
  color: {
    type: "string",
    value: "WHEN",
    choices: ["auto", "always", "never"],
    about: "colour the text: auto (default; a terminal, or as NO_COLOR and FORCE_COLOR say), always or never",
  },
  seed: { type: "string", value: "NUMBER", about: "seed of the random messages" },
  today: { type: "string", value: "YYYY-MM-DD", about: "the date for expiring waivers; default: today" },
  help: helpOption,
};

export const checkHelp: string = `protoloom check [FOLDER or IMAGE] --against BASELINE ...

${optionsHelp(checkOptions)}

Exit codes: 0 nothing breaks, 100 something breaks, 1 the check could not run.
`;
