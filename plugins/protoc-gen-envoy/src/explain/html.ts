import type { Model } from "@protoloom/envoy";
import { explanationOf, type Section } from "./explanation.js";
import { type Graph, graphOf, type Node } from "./graph.js";

/** The page as one self-contained HTML file with its graph. It loads nothing. */
export function explainHtml(model: Model): string {
  const graph = graphOf(model);
  const sections = explanationOf(model);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>How calls pass ${text(model.name)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>How calls pass ${text(model.name)}</h1>
<p class="tools"><input type="search" id="search" placeholder="Search" aria-label="Search">
<label><input type="checkbox" id="defaults"> Show defaults</label></p>
</header>
<div class="picture">${svg(graph)}</div>
<nav aria-label="Contents"><details${sections.length <= FEW ? " open" : ""}><summary>Contents</summary><ul>
${sections.map(({ title }) => `<li><a href="#${idOf(title)}">${text(title)}</a></li>`).join("\n")}
</ul></details></nav>
<main>
${sections.map((section) => table(section, sections.length <= FEW)).join("\n")}
</main>
<script>${script}</script>
</body>
</html>
`;
}

/** Up to this many sections are open at first. */
const FEW = 8;

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1d2433, #e6e9f0); --dim: light-dark(#5b6475, #9aa3b5);
  --line: light-dark(#d6dbe6, #3a4254); --card: light-dark(#f6f8fb, #1d2330); --accent: light-dark(#3355cc, #8ea8ff); }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #12161f); max-width: 80rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: .5rem 0; } a { color: var(--accent); }
.tools { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
#search { font: inherit; padding: .4rem .6rem; width: min(24rem, 100%); border: 1px solid var(--line); border-radius: 6px; background: var(--card); color: inherit; }
.picture { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; }
nav ul { columns: 20rem; list-style: none; padding: 0; margin: 1rem 0; font-size: .9rem; } nav li { break-inside: avoid; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: 0 .75rem; }
summary { cursor: pointer; padding: .5rem 0; font-weight: 600; } summary h2 { display: inline; font-size: 1rem; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); } svg .note, svg .label { font-size: 11px; fill: var(--dim); }
svg .label { paint-order: stroke; stroke: light-dark(#fff, #12161f); stroke-width: 4px; }
svg rect { fill: var(--card); stroke: var(--line); } svg path { fill: none; stroke: var(--accent); stroke-width: 1.5; opacity: .7; }
table { border-collapse: collapse; width: 100%; margin-bottom: .5rem; } td { border-top: 1px solid var(--line); padding: .25rem .75rem .25rem 0; vertical-align: top; }
td:first-child { font-weight: 600; width: 22%; } td:nth-child(2) { width: 40%; } td:last-child { color: var(--dim); }
body:not(.all) tr.default { display: none; }
@media (max-width: 40rem) { td, td:first-child, td:nth-child(2) { display: block; width: auto; border: 0; padding: 0; } td:empty { display: none; } tr { display: block; border-top: 1px solid var(--line); padding: .4rem 0; } body:not(.all) tr.default { display: none; } }
`;

/** Filters the sections by words, opens the matches in place of the picture, and toggles defaults. */
const script = `
const search = document.getElementById("search"), defaults = document.getElementById("defaults");
const picture = document.querySelector(".picture"), sections = [...document.querySelectorAll("main details")];
const wereOpen = sections.map((section) => section.open);
defaults.onchange = () => document.body.classList.toggle("all", defaults.checked);
search.oninput = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  picture.hidden = words.length > 0;
  sections.forEach((section, i) => {
    const has = (element) => words.every((word) => element.textContent.toLowerCase().includes(word));
    section.hidden = !has(section);
    section.open = words.length > 0 ? has(section) : wereOpen[i];
  });
};
const openNamed = () => { const named = document.getElementById(location.hash.slice(1)); if (named) named.open = true; };
addEventListener("hashchange", openNamed);
openNamed();
`;

function table({ title, rows }: Section, isOpen: boolean): string {
  const lines = rows.map(
    ({ what, value, because, isDefault }) =>
      `<tr${isDefault ? ' class="default"' : ""}><td>${text(what)}</td><td>${text(value)}</td><td>${text(because)}</td></tr>`,
  );
  return `<details id="${idOf(title)}"${isOpen ? " open" : ""}><summary><h2>${text(title)}</h2></summary>\n<table>\n${lines.join("\n")}\n</table></details>`;
}

function idOf(title: string): string {
  return title.toLowerCase().replace(/[^\w.]+/g, "-");
}

function text(raw: string): string {
  return raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

const BOX_HEIGHT = 42;
const GAP = 14;
const BETWEEN = 90;
const PADDING = 12;
const CHARACTER = 8; // the approximate width of a character in a 13 px sans-serif font

interface Box {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Columns from left to right, centred vertically. Edges are curves with their share in the middle, over all curves. */
function svg({ columns, edges }: Graph): string {
  const used = columns.filter((column) => column.length > 0);
  const height = Math.max(...used.map(heightOf)) + 2;
  const boxes = new Map<string, Box>();
  let x = 1;
  let between = 0;
  for (const column of used) {
    const width =
      Math.max(...column.map(({ title, note }) => Math.max(title.length, note.length * 0.85))) * CHARACTER +
      2 * PADDING;
    const top = (height - heightOf(column)) / 2;
    for (const [i, node] of column.entries()) boxes.set(node.id, { node, x, y: top + i * (BOX_HEIGHT + GAP), width });
    between = Math.max(roomAfter(column, edges, height), labelsFrom(column, edges) * CHARACTER * 0.85 + 2 * PADDING);
    x += width + between;
  }
  const width = x - between + 1;
  const lines = edges.flatMap(({ from, to, label }) => {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    return a && b ? [{ path: curve(a, b), text: labelOf(a, b, label) }] : [];
  });
  const drawn = [...lines.map(({ path }) => path), ...[...boxes.values()].map(box), ...lines.map((line) => line.text)];
  const size = `viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="The way of calls">\n${drawn.filter(Boolean).join("\n")}\n</svg>`;
}

/** Steep curves that meet are hard to tell apart: they get more room, but a fan does not. */
function roomAfter(column: readonly Node[], edges: Graph["edges"], height: number): number {
  const ids = new Set(column.map(({ id }) => id));
  const targets = edges.filter(({ from }) => ids.has(from)).map(({ to }) => to);
  const isFan = new Set(targets).size === targets.length;
  return isFan ? BETWEEN : Math.min(Math.max(BETWEEN, height / 5), 2 * BETWEEN);
}

/** The length of the longest label that begins at a column. */
function labelsFrom(column: readonly Node[], edges: Graph["edges"]): number {
  const ids = new Set(column.map(({ id }) => id));
  return edges.reduce((most, { from, label }) => (ids.has(from) ? Math.max(most, label.length) : most), 0);
}

function heightOf(column: readonly Node[]): number {
  return column.length * (BOX_HEIGHT + GAP) - GAP;
}

function box({ node: { title, note }, x, y, width }: Box): string {
  const rect = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${BOX_HEIGHT}" rx="6"/>`;
  const at = (dy: number): string => `x="${round(x + PADDING)}" y="${round(y + dy)}"`;
  const second = note === "" ? "" : `<text class="note" ${at(33)}>${text(note)}</text>`;
  return `${rect}<text ${at(note === "" ? 26 : 18)}>${text(title)}</text>${second}`;
}

function curve(a: Box, b: Box): string {
  const { x1, y1, x2, y2, middle } = endsOf(a, b);
  return `<path d="M${round(x1)} ${round(y1)}C${round(middle)} ${round(y1)} ${round(middle)} ${round(y2)} ${round(x2)} ${round(y2)}"/>`;
}

function labelOf(a: Box, b: Box, label: string): string {
  if (label === "") return "";
  const { y1, y2, middle } = endsOf(a, b);
  return `<text class="label" text-anchor="middle" x="${round(middle)}" y="${round((y1 + y2) / 2 - 5)}">${text(label)}</text>`;
}

function endsOf(a: Box, b: Box) {
  const [x1, y1, x2, y2] = [a.x + a.width, a.y + BOX_HEIGHT / 2, b.x, b.y + BOX_HEIGHT / 2] as const;
  return { x1, y1, x2, y2, middle: (x1 + x2) / 2 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
