import type { OneofCase } from "../fields/field-shape.js";
import type { Output } from "../output.js";

/** The statements of a field; of one in a oneof, those of its case. */
export interface Part {
  readonly oneof: OneofCase | undefined;
  readonly lines: readonly string[];
}

/** Fields with consecutive numbers of which at most one is set: those of one oneof, or a single field. */
export interface Group<P extends Part> {
  readonly parts: readonly P[];
  /** The cases of the oneof that other groups handle, if this is the last one of its oneof. */
  readonly others: readonly string[] | undefined;
}

export function groupOneofs<P extends Part>(parts: readonly P[]): Group<P>[] {
  const groups: P[][] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    if (last !== undefined && part.oneof !== undefined && last[0]!.oneof?.on === part.oneof.on) last.push(part);
    else groups.push([part]);
  }
  return groups.map((group) => ({ parts: group, others: othersOf(group, parts) }));
}

function othersOf<P extends Part>(group: readonly P[], parts: readonly P[]): string[] | undefined {
  const members = parts.filter(({ oneof }) => oneof !== undefined && oneof.on === group[0]!.oneof?.on);
  if (members.length === 0 || members.at(-1) !== group.at(-1)) return undefined;
  return members.filter((part) => !group.includes(part)).map(({ oneof }) => oneof!.case);
}

/** The statements of a group. The last one of a oneof fails for a case that the oneof does not have. */
export function printGroup<P extends Part>(out: Output, { parts, others }: Group<P>): readonly string[] {
  const { oneof, lines } = parts[0]!;
  if (oneof === undefined) return lines;
  if (others === undefined && parts.length === 1) return [`if (${oneof.on}.case === ${oneof.case}) { ${lines.join(" ")} }`];
  const printed = parts.map((part) => `  case ${part.oneof!.case}: ${part.lines.join(" ")} break;`);
  if (others !== undefined) {
    if (others.length > 0) printed.push(`  ${others.map((other) => `case ${other}:`).join(" ")} break;`);
    printed.push(`  case undefined: ${out.codec("checkUnset")}(${oneof.on}); break;`, `  default: ${out.codec("invalid")}();`);
  }
  return [`switch (${oneof.on}.case) {`, ...printed, `}`];
}
