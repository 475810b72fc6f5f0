import type { OptionValues } from "@protoloom/plugin-kit";

/** The options of protoc-gen-envoy. README.md explains each at length. */
export const options = {
  deployment: {
    values: "text",
    default: "",
    about: "where services run: a YAML file, for which the package has a JSON Schema",
    form: { shown: "FILE", pattern: /./ as RegExp },
  },
  service_config: {
    values: "text",
    default: "",
    about: "a gRPC service config: timeouts and retries as JSON",
    form: { shown: "FILE", pattern: /./ as RegExp },
  },
  format: {
    values: "text",
    default: "static",
    about: "the output; may be repeated",
    form: { shown: "FORMAT", pattern: /./ as RegExp },
    repeatable: true,
  },
  syntax: {
    values: ["yaml", "json"],
    default: "yaml",
    about: "of the formats static and ads",
  },
  folder: {
    values: "text",
    default: "",
    about:
      "where Envoy finds the output; default: /etc/envoy/xds, and for format=static the folder that Envoy starts in",
    form: { shown: "PATH", pattern: /./ as RegExp },
  },
  explain: {
    values: ["false", "true"],
    default: "false",
    about: "pages that say why each line is there: envoy.md and envoy.html",
  },
} as const;

export type Options = OptionValues<typeof options>;
