/** The options of `--compat_opt`. */
export const options = {
  against: {
    values: "text",
    default: "",
    about:
      "the baseline: an image file, a folder of protos, git:BRANCH, ref:COMMIT, tag:PATTERN, tags:PATTERN, npm:PACKAGE@VERSION or a .tgz file",
    repeatable: true,
  },
  folder: { values: "text", default: ".", about: "the folder to compile from a commit, for a baseline from git" },
  config: { values: "text", default: "", about: "a compat.yaml with severities, waivers and more" },
  report_only: { values: ["true", "false"], default: "false", about: "write reports, and never fail" },
  format: {
    values: "text",
    default: "text",
    about: "a report to write: text, json, sarif, junit, github, gitlab, markdown or html",
    repeatable: true,
  },
  all: { values: ["true", "false"], default: "false", about: "write compatible changes to every report" },
  today: {
    values: "text",
    default: "",
    about: "the date for expiring waivers, as YYYY-MM-DD; default: today",
  },
} as const;
