import type { Model } from "@protoloom/envoy";
import { explanationOf } from "./explanation.js";
import { type Graph, graphOf } from "./graph.js";

/** The page as Markdown, with a Mermaid graph that code hosts render. */
export function explainMarkdown(model: Model): string {
  const sections = explanationOf(model).map(({ title, rows }) =>
    [
      `## ${cell(title)}`,
      "",
      "| | | because |",
      "|---|---|---|",
      ...rows.map((row) => `| ${[row.what, row.value, row.because].map(cell).join(" | ")} |`),
      "",
    ].join("\n"),
  );
  const graph = graphOf(model);
  return [`# How calls pass ${cell(model.name)}`, "", "```mermaid", mermaid(graph), "```", "", ...sections].join("\n");
}

/** Escapes text for a cell: a bar would end the cell, and `<` would begin HTML. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function mermaid({ columns, edges }: Graph): string {
  const ids = new Map(columns.flat().map(({ id }, i) => [id, `n${i}`]));
  const quoted = (text: string): string => text.replaceAll('"', "#quot;");
  return [
    "flowchart LR",
    ...columns
      .flat()
      .map(({ id, title, note }) => `  ${ids.get(id)}["${quoted(title)}${note === "" ? "" : `<br>${quoted(note)}`}"]`),
    ...edges.map(
      ({ from, to, label }) => `  ${ids.get(from)} -->${label === "" ? "" : `|"${quoted(label)}"|`} ${ids.get(to)}`,
    ),
  ].join("\n");
}
