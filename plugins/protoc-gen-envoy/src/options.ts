import type { OptionValues } from "@protoloom/plugin-kit";

/** The options of protoc-gen-envoy. README.md explains each at length. */
export const options = {
  deployment: {
    values: "text",
    default: "",
    about: "where services run: a YAML file, for which the package has a JSON Schema",
    form: { shown: "FILE", pattern: /./ as RegExp },
  },
} as const;

export type Options = OptionValues<typeof options>;
