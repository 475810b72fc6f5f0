import { type Effect, isSource, type Surface } from "../finding.js";
import { type Entry, mainPlace, type Place, type Report, showPlace, spentWaivers, summary } from "../report.js";
import { escapeContent as e } from "./escape.js";
import { grouped } from "./grouped.js";
import { htmlStyle } from "./html-style.js";
import { brief, ways } from "./text.js";

/** Kinds of findings in the order of the page. Compatible ones are there, hidden until they are asked for. */
const kinds = [
  { id: "error", title: "Breaking", isShown: true, holds: ({ severity, waiver }) => severity === "error" && !waiver },
  {
    id: "warning",
    title: "To review",
    isShown: true,
    holds: ({ severity, waiver }) => severity === "warning" && !waiver,
  },
  { id: "waived", title: "Waived", isShown: true, holds: ({ waiver }) => waiver !== undefined },
  { id: "info", title: "Compatible", isShown: false, holds: ({ severity, waiver }) => severity === "info" && !waiver },
] as const satisfies readonly {
  id: string;
  title: string;
  isShown: boolean;
  holds: (finding: Entry["finding"]) => boolean;
}[];

interface Part {
  readonly id: string;
  readonly title: string;
  readonly isShown: boolean;
  readonly files: readonly { readonly id: string; readonly file: string; readonly entries: readonly Entry[] }[];
  readonly count: number;
}

/** More breaking findings than this are folded at first. */
const MOST_OPEN = 20;

/** More files than this are folded in the contents. */
const MOST_LISTED = 12;

/** A self-contained page for reviewers: contents, filters, what breaks first. It has no scripts, so any content policy fits. */
export function formatHtml(report: Report): string {
  const { entries, judgement } = report;
  const parts = partsOf(entries);
  const spent = spentWaivers(report);
  const explained = new Set<string>();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Compatibility with ${e(report.against)}</title>
<style>${htmlStyle(surfacesOf(entries))}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header class="${judgement.failed ? "bad" : "good"}">
<h1>${judgement.failed ? "This change breaks the protocol" : "This change keeps the protocol"}</h1>
<p>${e(summary(report))}. Compared with <code>${e(report.against)}</code>.</p>
${judgement.problems.map((problem) => `<p class="problem">${e(problem)}</p>`).join("\n")}
${spent === undefined ? "" : `<p>${e(spent)}</p>`}
</header>
<aside class="side" aria-label="Filters and contents">
${filters(parts, surfacesOf(entries))}
${contents(parts)}
</aside>
<main id="findings">
${parts.map((part) => partSection(part, explained)).join("\n")}
${entries.length === 0 ? "<p>Nothing has changed.</p>" : ""}
</main>
</body>
</html>
`;
}

function partsOf(entries: readonly Entry[]): Part[] {
  return kinds.flatMap(({ id, title, isShown, holds }) => {
    const own = entries.filter(({ finding }) => holds(finding));
    if (own.length === 0) return [];
    const byFile = new Map<string, Entry[]>();
    for (const entry of own) {
      const { file } = mainPlace(entry);
      byFile.set(file, [...(byFile.get(file) ?? []), entry]);
    }
    const files = [...byFile].map(([file, entries], i) => ({ id: `${id}-${i}`, file, entries }));
    return [{ id, title, isShown, files, count: own.length }];
  });
}

function surfacesOf(entries: readonly Entry[]): Surface[] {
  return [...new Set(entries.flatMap(({ finding }) => finding.effects.map(({ surface }) => surface)))].sort();
}

/** Filters are controls whose state the style reads. */
function filters(parts: readonly Part[], surfaces: readonly Surface[]): string {
  const boxes = parts.map(
    ({ id, title, isShown, count }) =>
      `<label><input type="checkbox" id="show-${id}"${isShown ? " checked" : ""}> ${title} (${count})</label>`,
  );
  const radios = ["any", ...surfaces].map(
    (surface, i) =>
      `<label><input type="radio" name="surface" id="on-${surface}"${i === 0 ? " checked" : ""}> ${surface}</label>`,
  );
  return [
    ...(boxes.length === 0 ? [] : [`<fieldset><legend>Show</legend>${boxes.join("\n")}</fieldset>`]),
    ...(surfaces.length < 2 ? [] : [`<fieldset><legend>Surface</legend>${radios.join("\n")}</fieldset>`]),
  ].join("\n");
}

function contents(parts: readonly Part[]): string {
  const lists = parts.map(({ id, title, files, count }) => {
    const items = files.map(
      ({ id, file, entries }) =>
        `<li class="${classesOf(entries)}"><a href="#${id}">${e(file)}</a> ${entries.length}</li>`,
    );
    const isOpen = files.length <= MOST_LISTED ? " open" : "";
    const inFiles = `<details${isOpen}><summary>${files.length === 1 ? "1 file" : `${files.length} files`}</summary><ul>${items.join("\n")}</ul></details>`;
    return `<li class="${id}"><a href="#${id}">${title}</a> ${count}${inFiles}</li>`;
  });
  return lists.length === 0 ? "" : `<nav aria-label="Contents"><ul>${lists.join("\n")}</ul></nav>`;
}

function partSection({ id, title, files, count }: Part, explained: Set<string>): string {
  const isOpen = id === "error" && count <= MOST_OPEN;
  const sections = files.map(
    ({ id, file, entries }) =>
      `<section id="${id}" class="${classesOf(entries)}"><h3>${e(file)}</h3>\n${entries.map((entry) => article(entry, isOpen, explained)).join("\n")}\n</section>`,
  );
  return `<section id="${id}" class="${id}"><h2>${title}</h2>\n${sections.join("\n")}\n</section>`;
}

/** One class for each surface, by which the filter chooses. */
function classesOf(entries: readonly Entry[]): string {
  return surfacesOf(entries).join(" ");
}

function article(entry: Entry, isOpen: boolean, explained: Set<string>): string {
  const { finding, rollout } = entry;
  const { waiver, proof, role, demoted, suggestion, also = [] } = finding;
  return [
    `<details id="${finding.fingerprint}" class="${classesOf([entry])}"${isOpen ? " open" : ""}>`,
    `<summary>${e(finding.text)} <code>${e(finding.rule)}</code></summary>`,
    diff(entry),
    waiver && `<p>Waived by ${e(waiver.owner)} until ${waiver.expires}: ${e(waiver.reason)}</p>`,
    also.length > 0 &&
      `<ul>${also.map(({ text, rule }) => `<li>${e(text)} <code>${e(rule)}</code></li>`).join("\n")}</ul>`,
    effects(finding.effects),
    proof && `<p>${proof.samples} random messages went both ways unchanged (seed ${proof.seed}).</p>`,
    role !== undefined && `<p>Counted one way: ${e(role)}.</p>`,
    demoted !== undefined && `<p>Not proved: ${e(demoted)}.</p>`,
    explanation(entry, explained),
    rollout !== undefined && `<p>Or ${e(rollout)}.</p>`,
    suggestion !== undefined && `<p>Paste <code>${e(suggestion)}</code></p>`,
    "</details>",
  ]
    .filter((part) => typeof part === "string" && part !== "")
    .join("\n");
}

/** Why it matters and what to do, at the first finding of a rule; the others link to it. A link opens what it leads into. */
function explanation({ finding: { rule }, why, fix }: Entry, explained: Set<string>): string {
  const id = `rule-${e(rule)}`;
  if (explained.has(rule)) return `<p><a href="#${id}">Why, and what to do</a></p>`;
  explained.add(rule);
  return `<p id="${id}">${e(why)} <b>Instead:</b> ${e(fix)}</p>`;
}

function diff(entry: Entry): string {
  const { finding, previous, next } = entry;
  const { before, after, through } = finding;
  const { file } = mainPlace(entry); // in the heading above
  const show = (place: Place): string => (place.file === file ? `${place.line}:${place.column}` : showPlace(place));
  const line = (tag: "del" | "ins", text: string | undefined, place: Place | undefined): string =>
    text === undefined
      ? ""
      : `<${tag}><code>${e(text)}</code>${place === undefined ? "" : ` <small>${e(show(place))}</small>`}</${tag}>`;
  const where = through === undefined ? "" : `<p>In ${e(through.element)}.</p>`;
  return line("del", before, previous) + line("ins", after, next) + where;
}

/** The failures: the data, the written value and the value that is read. Harmless effects are left out beside others. */
function effects(list: readonly Effect[]): string {
  const bad = list.filter(({ verdict }) => verdict === "breaking" || verdict === "conditional");
  const rows = grouped(bad.length > 0 ? bad : list).map(({ surfaces, direction, verdict, witness }) => {
    const amount = { conditional: ", some values", breaking: ", every value" }[verdict as string] ?? `, ${verdict}`;
    const head = `<b>${surfaces.join(", ")}</b> ${ways[direction]}${amount}`;
    if (witness === undefined) return `<li>${head}</li>`;
    const { data, written, read } = witness;
    if (isSource(witness.surface))
      return `<li><b>${witness.surface}</b><pre><code>${e(withoutImports(data))}</code></pre>now: <code>${e(read)}</code></li>`;
    return `<li>${head}<br><code>${e(`${brief(data) || "(empty)"}  ${brief(written)} ⇒ ${brief(read)}`)}</code></li>`;
  });
  return rows.length === 0 ? "" : `<ul>${rows.join("\n")}</ul>`;
}

/** The line that no longer compiles: the imports, which say little, are in the other formats. */
function withoutImports(source: string): string {
  const lines = source.split("\n").filter((line) => !line.startsWith("import "));
  return lines.join("\n");
}
