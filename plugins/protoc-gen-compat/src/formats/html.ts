import type { Effect } from "../finding.js";
import { type Entry, mainPlace, type Report, showPlace, summary } from "../report.js";
import { escapeXml as e } from "./escape.js";

/** One page without anything from elsewhere, for a reviewer: the diff, the witnesses, filters. It works without scripts. */
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

/** Filters are check boxes before the content, which hide by style: no script, so that any policy lets them work. */
const filters = [
  ["error", "breaking"],
  ["warning", "to look at"],
  ["info", "compatible"],
]
  .map(
    ([severity, label]) =>
      `<input type="checkbox" id="show-${severity}" checked><label for="show-${severity}">${label}</label>`,
  )
  .join("\n");

function fileSection(file: string, entries: readonly Entry[]): string {
  return `<section><h2>${e(file)}</h2>\n${entries.map(article).join("\n")}\n</section>`;
}

function article(entry: Entry): string {
  const { finding, why, fix } = entry;
  const open = finding.severity === "error" && finding.waiver === undefined ? " open" : "";
  return `<details class="${finding.severity}${finding.waiver ? " waived" : ""}" id="${finding.fingerprint}"${open}>
<summary><span class="mark"></span>${e(finding.text)} <code class="rule">${finding.rule}</code></summary>
<div class="body">
${diff(entry)}
${finding.waiver ? `<p class="waiver">Waived by ${e(finding.waiver.owner)} until ${finding.waiver.expires}: ${e(finding.waiver.reason)}</p>` : ""}
${effects(finding.effects)}
${finding.proof ? `<p class="proof">${finding.proof.samples} random messages went both ways unchanged (seed ${finding.proof.seed}).</p>` : ""}
${finding.demoted ? `<p>Not proved: ${e(finding.demoted)}.</p>` : ""}
<dl><dt>Why</dt><dd>${e(why)}</dd><dt>Instead</dt><dd>${e(fix)}</dd>${finding.suggestion ? `<dt>Paste</dt><dd><code>${e(finding.suggestion)}</code></dd>` : ""}</dl>
</div>
</details>`;
}

function diff({ finding, previous, next }: Entry): string {
  const side = (kind: string, text: string | undefined, place: Entry["next"]): string =>
    text === undefined || place === undefined
      ? `<div class="${kind} none">–</div>`
      : `<div class="${kind}"><code>${e(text)}</code><small>${e(showPlace(place))}</small></div>`;
  const through = finding.through === undefined ? "" : `<p><small>in ${e(finding.through.element)}</small></p>`;
  return `<div class="diff">${side("before", finding.before, previous)}${side("after", finding.after, next)}</div>${through}`;
}

const ways = { backward: "old → new", forward: "new → old", proxy: "through the other" };

function effects(list: readonly Effect[]): string {
  if (list.length === 0) return "";
  const source = list.filter(({ surface }) => surface === "typescript");
  const data = list.filter(({ surface }) => surface !== "typescript");
  const rows = data.map(
    ({ surface, direction, verdict, witness }) =>
      `<tr class="${verdict}"><td>${surface}</td><td>${ways[direction]}</td><td>${verdict}</td><td><code>${e(witness?.data ?? "")}</code></td><td><code>${e(witness?.written ?? "")}</code></td><td><code>${e(witness?.read ?? "")}</code></td></tr>`,
  );
  const table =
    rows.length === 0
      ? ""
      : `<div class="scroll"><table><thead><tr><th>surface</th><th>direction</th><th>verdict</th><th>data</th><th>written</th><th>read</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
  const code = source.map(
    ({ witness }) =>
      `<pre><code>${e(witness?.data ?? "")}</code></pre><p class="now">now: <code>${e(witness?.read ?? "")}</code></p>`,
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
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.4rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:500}
td code{overflow-wrap:anywhere;white-space:pre-wrap}
td:nth-child(-n+3){white-space:nowrap}
tr.breaking td:nth-child(3){color:var(--bad)}tr.conditional td:nth-child(3){color:var(--warn)}
pre{background:var(--bg);border:1px solid var(--line);border-radius:4px;padding:.6rem;overflow-x:auto;margin:.6rem 0 .2rem}
.now{margin:.2rem 0}.proof{color:var(--good)}.problem{color:var(--bad)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.7rem 0 0}dt{color:var(--soft)}dd{margin:0}
#show-error:not(:checked)~main .error,#show-warning:not(:checked)~main .warning,#show-info:not(:checked)~main .info{display:none}
@media(max-width:40rem){.diff{grid-template-columns:1fr}}
@media print{details{break-inside:avoid}}
`;
