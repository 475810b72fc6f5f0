import { type Report, withoutCompatible } from "../report.js";
import { formatGithub } from "./github.js";
import { formatGitlab } from "./gitlab.js";
import { formatHtml } from "./html.js";
import { formatJson } from "./json.js";
import { formatJunit } from "./junit.js";
import { formatMarkdown } from "./markdown.js";
import { formatSarif } from "./sarif.js";
import { formatText } from "./text.js";

/** A format of reports. */
export interface Format {
  /** The name of the plugin's output file. */
  readonly file: string;
  /** Writes a report. Compatible findings are left out unless `all` is set, except where a program or a filter chooses. */
  readonly format: (report: Report, all?: boolean) => string;
}

/** The formats by name. */
export const formats: Readonly<Record<string, Format>> = {
  text: { file: "compat.txt", format: onDemand((report) => formatText(report)) },
  json: { file: "compat.json", format: formatJson },
  sarif: { file: "compat.sarif", format: onDemand(formatSarif) },
  junit: { file: "compat.xml", format: formatJunit },
  github: { file: "compat.github.txt", format: formatGithub },
  gitlab: { file: "compat.gitlab.json", format: onDemand(formatGitlab) },
  markdown: { file: "compat.md", format: onDemand(formatMarkdown) },
  html: { file: "compat.html", format: formatHtml },
};

function onDemand(format: (report: Report) => string): Format["format"] {
  return (report, all = false) => format(all ? report : withoutCompatible(report));
}
