/** The page of the gate's rules. Each is shown on a change of the corpus, with what the gate says about it. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defaultPolicy, formats, gate, parseImage, rules } from "@protoloom/protoc-gen-compat";
import { corpus } from "../../../test/compat/corpus.mjs";
import { root } from "./load.mjs";
import { fenced } from "./markdown.mjs";

const surfaceNames = {
  binary: "binary",
  json: "JSON",
  "json-strict": "strict JSON",
  text: "text format",
  rpc: "RPC",
  typescript: "TypeScript",
  go: "Go",
  java: "Java",
  python: "Python",
  cpp: "C++",
};

export async function rulesPage() {
  const examples = examplesByRule();
  const parts = rules.map((rule) => {
    const example = examples.get(rule.id);
    const shown =
      example === undefined ? folded(rule) : `${fenced("diff", example.change)}\n${fenced("text", example.report)}`;
    const surfaces = rule.surfaces.map((surface) => surfaceNames[surface]).join(", ");
    return `## ${rule.id}\n\n${rule.purpose} ${rule.why} ${rule.fix}\n\nCan break: ${surfaces}.\n\n${shown}`;
  });
  return `# Rules of the gate

Every rule, with a change that it finds and what \`protoloom check\` prints about it. The changes are cases of the tests, and the
reports below were made by the gate when this page was built. \`compat.yaml\` sets the severity of a rule by its name.

${parts.join("\n")}`;
}

/** A rule about source code is reported as a line of the finding that breaks the wire as well. */
function folded({ id }) {
  const language = id.startsWith("typescript-") ? "TypeScript" : "a language that `surfaces` of `compat.yaml` names";
  return `A finding on source code in ${language}. It has a report of its own if no rule finds the same change on the wire.\n`;
}

/** By rule, the change and the report of the shortest case in which it is found. */
function examplesByRule() {
  const [before, after] = ["before", "after"].map((side) => parseImage(readFileSync(corpus.images[side]), side));
  const changes = changesByCase();
  const best = new Map();
  for (const [previous, next] of [
    [before, after],
    [after, before],
  ]) {
    const isBack = previous === after;
    const report = gate([{ name: "the last version", image: previous }], next, { policy: defaultPolicy, seed: 1 });
    for (const entry of report.entries) {
      const { rule, previous: old, next: now } = entry.finding;
      const change = changes.get(caseOf((old ?? now).file));
      if (change === undefined) continue;
      const known = best.get(rule);
      if (known !== undefined && known.length <= change.length) continue;
      const [text] = formats.text.format({ ...report, entries: [entry] }).split("\n\n");
      best.set(rule, { change: isBack ? reversed(change) : change, report: text, length: change.length });
    }
  }
  return best;
}

/** The cases as they are written, by "group/name". */
function changesByCase() {
  const folder = join(root, "test/compat/cases");
  const parts = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split(/^# /m)
      .filter((part) => part.trim() !== "")
      .map((part) => {
        const [name, ...lines] = part.trimEnd().split("\n");
        return [
          `${basename(file, ".diff")}/${name.trim()}`,
          lines.map((line) => line.replace(/^(.) /, "$1")).join("\n"),
        ];
      }),
  );
  return new Map(parts);
}

/** "field/added.proto" and "field/added/b.proto" belong to the case "field/added". */
const caseOf = (file) =>
  file
    .replace(/\.proto$/, "")
    .split("/")
    .slice(0, 2)
    .join("/");

const reversed = (change) => change.replace(/^[-+]/gm, (sign) => (sign === "-" ? "+" : "-"));
