/** The options of `--compat_opt`. */
export const options = {
  against: { values: "text", default: "", about: "the baseline: an image file (binary or JSON, also gzipped)" },
  report_only: { values: ["true", "false"], default: "false", about: "write reports, and never fail" },
} as const;
