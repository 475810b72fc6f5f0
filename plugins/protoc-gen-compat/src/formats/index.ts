import type { Report } from "../report.js";
import { formatGithub } from "./github.js";
import { formatGitlab } from "./gitlab.js";
import { formatHtml } from "./html.js";
import { formatJson } from "./json.js";
import { formatJunit } from "./junit.js";
import { formatMarkdown } from "./markdown.js";
import { formatSarif } from "./sarif.js";
import { formatText } from "./text.js";

/** A format is a function from a report to text. `file` is the name of the plugin's output file. */
export const formats: Readonly<Record<string, { readonly file: string; readonly format: (report: Report) => string }>> =
  {
    text: { file: "compat.txt", format: (report) => formatText(report) },
    json: { file: "compat.json", format: formatJson },
    sarif: { file: "compat.sarif", format: formatSarif },
    junit: { file: "compat.xml", format: formatJunit },
    github: { file: "compat.github.txt", format: formatGithub },
    gitlab: { file: "compat.gitlab.json", format: formatGitlab },
    markdown: { file: "compat.md", format: formatMarkdown },
    html: { file: "compat.html", format: formatHtml },
  };
