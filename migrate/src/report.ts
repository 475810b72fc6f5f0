import { relative } from "node:path";
import { unifiedDiff } from "./diff.js";
import type { Change } from "./migrate.js";
import type { Plan } from "./project.js";

/** How a report shows paths: relative to the folder that was migrated. */
export function textReport(plan: Plan, folder: string, isDryRun: boolean): string {
  const { changes, left, peers } = plan;
  if (peers.length === 0) return "nothing to migrate: no generated code of another library is in this folder\n";
  const written = changes.filter(({ after }) => after !== undefined).length;
  const gone = changes.length - written;
  const places = placesOf(plan);
  const did = isDryRun ? "would change" : "changed";
  const lines = [
    `${peers.join(", ")}: ${did} ${places} ${places === 1 ? "place" : "places"} in ${written} ${written === 1 ? "file" : "files"}, ` +
      `${isDryRun ? "would remove" : "removed"} ${gone} generated ${gone === 1 ? "file" : "files"}, ` +
      `left ${left.length} ${left.length === 1 ? "place" : "places"}`,
  ];
  for (const each of left)
    lines.push(`  ${relative(folder, each.path)}:${each.line}:${each.column}  ${each.code}`, `      ${each.why}`);
  if (!isDryRun) lines.push("next: npm install, then generate the code as before, and compile");
  return `${lines.join("\n")}\n`;
}

/** The plan for programs. */
export function jsonReport(plan: Plan, folder: string, isDryRun: boolean): string {
  const report = {
    version: 1,
    dryRun: isDryRun,
    from: plan.peers,
    places: placesOf(plan),
    kinds: Object.fromEntries([...plan.counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    changed: paths(
      plan.changes.filter(({ after }) => after !== undefined),
      folder,
    ),
    removed: paths(
      plan.changes.filter(({ after }) => after === undefined),
      folder,
    ),
    left: plan.left.map(({ path, ...place }) => ({ file: relative(folder, path), ...place })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** All changes as a patch. What goes because generators write it is only named. */
export function diffReport({ changes }: Plan, folder: string): string {
  return changes
    .map(({ path, before, after }) => {
      const name = relative(folder, path);
      return after === undefined ? `removed: ${name}\n` : unifiedDiff(name, before, after);
    })
    .join("");
}

function placesOf({ counts }: Plan): number {
  return [...counts.values()].reduce((sum, each) => sum + each, 0);
}

function paths(changes: readonly Change[], folder: string): string[] {
  return changes.map(({ path }) => relative(folder, path)).sort();
}
