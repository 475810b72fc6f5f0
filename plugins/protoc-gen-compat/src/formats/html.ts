import type { Effect } from "../finding.js";
import { type Entry, mainPlace, type Report, showPlace, summary } from "../report.js";
import { escapeXml as e } from "./escape.js";
import { grouped } from "./grouped.js";
import { ways } from "./text.js";

/** A self-contained page for reviewers: the diff, the witnesses, filters. It works without scripts. */
export function formatHtml(report: Report): string {
  const { entries, judgement } = report;
  const files = [...new Set(entries.map((entry) => mainPlace(entry).file))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Compatibility with ${e(report.against)}</title>
<style>${css}</style>
</head>
<body>
<header class="${judgement.failed ? "bad" : "good"}">
<h1>${judgement.failed ? "This change breaks the protocol" : "This change keeps the protocol"}</h1>
<p>${e(summary(report))}. Compared with <code>${e(report.against)}</code>.</p>
</header>
${filters}
<main>
${judgement.problems.map((problem) => `<p class="problem">${e(problem)}</p>`).join("\n")}
${files
  .map((file) =>
    fileSection(
      file,
      entries.filter((entry) => mainPlace(entry).file === file),
    ),
  )
  .join("\n")}
${entries.length === 0 ? "<p>Nothing has changed.</p>" : ""}
</main>
</body>
</html>
`;
}

/** Filters are check boxes before the content that hide it by style. Without scripts they work under any content policy. */
const filters = [
  ["error", "breaking"],
  ["warning", "to review"],
  ["info", "compatible"],
]
  .map(
    ([severity, label]) =>
      `<input type="checkbox" id="show-${severity}" checked><label for="show-${severity}">${label}</label>`,
  )
  .join("\n");

function fileSection(file: string, entries: readonly Entry[]): string {
  return `<section><h2>${e(file)}</h2>\n${schemaDiff(entries)}\n${entries.map(article).join("\n")}\n</section>`;
}

/** The changes in a file, grouped by parent element, with links to the findings. */
function schemaDiff(entries: readonly Entry[]): string {
  const owners = new Map<string, Map<string, Entry["finding"][]>>();
  for (const { finding } of entries) {
    const { before, after } = finding;
    if (before === after) continue;
    const rows = owners.get(ownerOf(finding)) ?? new Map<string, Entry["finding"][]>();
    owners.set(ownerOf(finding), rows);
    const key = `${before}\n${after}`;
    rows.set(key, [...(rows.get(key) ?? []), finding]);
  }
  if (owners.size === 0) return "";
  const bodies = [...owners].map(
    ([owner, rows]) =>
      `<tbody><tr><th colspan="3" scope="rowgroup">${e(owner)}</th></tr>${[...rows.values()].map(schemaRow).join("\n")}</tbody>`,
  );
  const head = "<thead><tr><th>before</th><th>after</th><th>finding</th></tr></thead>";
  return `<div class="scroll"><table class="schema">${head}${bodies.join("\n")}</table></div>`;
}

/** The parent element of a field, value or RPC. Empty for a top-level element. */
function ownerOf({ before, after, element }: Entry["finding"]): string {
  const isTop = /^(message|enum|service|package) /.test(before ?? after ?? "");
  return isTop ? "" : element.slice(0, element.lastIndexOf("."));
}

function schemaRow(findings: readonly Entry["finding"][]): string {
  const { before, after } = findings[0]!;
  const cell = (text: string | undefined): string =>
    text === undefined ? "<td></td>" : `<td><code>${e(text)}</code></td>`;
  const links = findings.map(
    ({ severity, waiver, fingerprint, rule }) =>
      `<a class="${waiver === undefined ? severity : "waived"}" href="#${fingerprint}">${rule}</a>`,
  );
  return `<tr>${cell(before)}${cell(after)}<td>${links.join(" ")}</td></tr>`;
}

function article(entry: Entry): string {
  const { finding, why, fix, rollout } = entry;
  const open = finding.severity === "error" && finding.waiver === undefined ? " open" : "";
  return `<details class="${finding.severity}${finding.waiver ? " waived" : ""}" id="${finding.fingerprint}"${open}>
<summary>${e(finding.text)} <code class="rule">${finding.rule}</code></summary>
<div class="body">
${diff(entry)}
${finding.waiver ? `<p class="waiver">Waived by ${e(finding.waiver.owner)} until ${finding.waiver.expires}: ${e(finding.waiver.reason)}</p>` : ""}
${effects(finding.effects)}
${finding.proof ? `<p class="proof">${finding.proof.samples} random messages went both ways unchanged (seed ${finding.proof.seed}).</p>` : ""}
${finding.demoted ? `<p>Not proved: ${e(finding.demoted)}.</p>` : ""}
<dl><dt>Why</dt><dd>${e(why)}</dd><dt>Instead</dt><dd>${e(fix)}</dd>${rollout === undefined ? "" : `<dt>Or</dt><dd>${e(rollout)}</dd>`}${finding.suggestion ? `<dt>Paste</dt><dd><code>${e(finding.suggestion)}</code></dd>` : ""}</dl>
</div>
</details>`;
}

function diff({ finding, previous, next }: Entry): string {
  const side = (kind: string, text: string | undefined, place: Entry["next"]): string =>
    `<div class="${kind}${text === undefined ? " none" : ""}"><code>${text === undefined ? "not there" : e(text)}</code>${place === undefined ? "" : `<small>${e(showPlace(place))}</small>`}</div>`;
  const through = finding.through === undefined ? "" : `<p><small>in ${e(finding.through.element)}</small></p>`;
  return `<div class="diff">${side("before", finding.before, previous)}${side("after", finding.after, next)}</div>${through}`;
}

const columns = ["surface", "direction", "verdict", "data", "written", "read"];

function effects(list: readonly Effect[]): string {
  const source = list.filter(({ surface }) => surface === "typescript");
  const rows = grouped(list.filter(({ surface }) => surface !== "typescript")).map(
    ({ surfaces, direction, verdict, witness }) => {
      const values = [surfaces.join(", "), ways[direction], verdict, witness?.data, witness?.written, witness?.read];
      const cells = values.map((value, i) => {
        const text = i < 3 ? e(value ?? "") : `<code>${e(value || (value === "" ? "(empty)" : ""))}</code>`;
        return `<td data-label="${columns[i]}">${text}</td>`;
      });
      return `<tr class="${verdict}">${cells.join("")}</tr>`;
    },
  );
  const head = columns.map((column) => `<th>${column}</th>`).join("");
  const table =
    rows.length === 0
      ? ""
      : `<table class="witnesses"><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
  const code = source.map(
    ({ witness }) =>
      `<p class="source">TypeScript that compiled before:</p><pre><code>${e(witness?.data ?? "")}</code></pre><p class="source">now: <code>${e(witness?.read ?? "")}</code></p>`,
  );
  return table + code.join("\n");
}

const css = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2127;--soft:#5f6b7a;--line:#d8dee6;--panel:#f6f8fa;--bad:#c62f2f;--warn:#a56a00;--good:#1f7a3d;--del:#fdeceb;--ins:#e7f6ec}
@media(prefers-color-scheme:dark){:root{--bg:#14181d;--fg:#e4e8ed;--soft:#98a4b3;--line:#303842;--panel:#1b2128;--bad:#ff7b72;--warn:#e3b341;--good:#56d364;--del:#3a1d1f;--ins:#17301f}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
header,main,body>input,body>label{margin-inline:max(1rem,calc(50vw - 36rem))}
header{padding:2rem 0 1rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .4rem}
header.bad h1{color:var(--bad)}header.good h1{color:var(--good)}
header p{margin:0;color:var(--soft)}
h2{font:600 1rem/1.4 ui-monospace,monospace;margin:2rem 0 .6rem}
code,pre{font:.875em/1.45 ui-monospace,SFMono-Regular,Menlo,monospace}
body>input{margin-right:.35rem}body>input:not(:first-of-type){margin-left:1rem}
body>input,body>label{margin-inline-end:.2rem;display:inline-block}
body>label{margin-inline-start:0}
body>input:not(:first-of-type){margin-inline-start:1rem}
details{border:1px solid var(--line);border-left:4px solid var(--soft);border-radius:6px;margin:.5rem 0;background:var(--panel)}
details.error{border-left-color:var(--bad)}details.warning{border-left-color:var(--warn)}details.info{border-left-color:var(--good)}
details.waived{border-left-color:var(--soft)}
summary{padding:.55rem .8rem;cursor:pointer;overflow-wrap:anywhere}
.rule{color:var(--soft);margin-left:.4rem}
.body{padding:.2rem .9rem .9rem;border-top:1px solid var(--line)}
.diff{display:grid;grid-template-columns:1fr 1fr;gap:.5rem;margin:.7rem 0}
.diff>div{padding:.45rem .6rem;border-radius:4px;overflow-wrap:anywhere}
.before{background:var(--del)}.after{background:var(--ins)}.none{color:var(--soft)}
.diff small{display:block;color:var(--soft)}
.none code{color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.4rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:500}
td code{overflow-wrap:anywhere;white-space:pre-wrap}
.witnesses td:nth-child(2){white-space:nowrap}
tr.breaking td:nth-child(3){color:var(--bad)}tr.conditional td:nth-child(3){color:var(--warn)}tr.extends td:nth-child(3),tr.safe td:nth-child(3){color:var(--good)}
.schema{margin-bottom:1rem}
.schema tbody th{padding-top:.7rem;color:var(--fg);font:600 .85rem/1.4 ui-monospace,monospace}
.schema td:nth-child(-n+2){width:42%}.schema td{padding-left:.5rem}
.schema td:first-child:not(:empty){background:var(--del)}.schema td:nth-child(2):not(:empty){background:var(--ins)}
a.error{color:var(--bad)}a.warning{color:var(--warn)}a.info{color:var(--good)}a.waived{color:var(--soft)}
.schema a{font:.8rem/1.4 ui-monospace,monospace;white-space:nowrap}
details:target{outline:2px solid var(--soft)}
pre{background:var(--bg);border:1px solid var(--line);border-radius:4px;padding:.6rem;overflow-x:auto;margin:.6rem 0 .2rem}
.source{margin:.5rem 0 0;color:var(--soft)}.proof{color:var(--good)}.problem{color:var(--bad)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.7rem 0 0}dt{color:var(--soft)}dd{margin:0}
#show-error:not(:checked)~main details.error,#show-warning:not(:checked)~main details.warning,#show-info:not(:checked)~main details.info{display:none}
@media(max-width:40rem){.diff{grid-template-columns:1fr}
.witnesses thead{display:none}.witnesses tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
.witnesses td{display:grid;grid-template-columns:5.5rem 1fr;border:0;padding:.1rem 0}.witnesses td::before{content:attr(data-label);color:var(--soft)}}
@media print{details{break-inside:avoid}}
`;
