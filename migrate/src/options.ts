import { peers } from "./sources/index.js";

const names: readonly string[] = peers.map(({ name }) => name);

/** An option as the command line describes it. */
interface Option {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  readonly short?: string;
  readonly value?: string;
  readonly about: string;
  readonly choices?: readonly string[];
}

/** The values of the options, by their names. */
export interface MigrateValues {
  readonly from?: string[];
  readonly proto?: string[];
  readonly tsconfig?: string;
  readonly "dry-run"?: boolean;
  readonly comments?: boolean;
  readonly "allow-dirty"?: boolean;
  readonly format?: string;
  readonly help?: boolean;
}

/** The options of `protoloom migrate`, which parsing, help and completions read. */
export const migrateOptions: Readonly<Record<keyof MigrateValues, Option>> = {
  from: {
    type: "string",
    multiple: true,
    value: "LIBRARY",
    about: `the library to come from: ${names.join(", ")}. May be repeated; found out by default`,
    choices: names,
  },
  proto: {
    type: "string",
    multiple: true,
    short: "p",
    value: "FOLDER",
    about: "a folder of protos, or an image. May be repeated; by default the folder that has buf.yaml, or all protos",
  },
  tsconfig: {
    type: "string",
    value: "FILE",
    about: "the options of the compiler; default tsconfig.json in the folder",
  },
  "dry-run": { type: "boolean", short: "n", about: "print the difference, and change nothing" },
  comments: { type: "boolean", about: "write a comment above each place that is left" },
  "allow-dirty": { type: "boolean", about: "also where git could not bring everything back" },
  format: { type: "string", short: "f", value: "FORMAT", about: "text (default) or json", choices: ["text", "json"] },
  help: { type: "boolean", short: "h", about: "this text" },
};
