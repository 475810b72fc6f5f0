import { type Finding, type Verdict, worst } from "../finding.js";
import { messageReplaced } from "../rules/message-replaced.js";
import { mergeEffects } from "../witness/measure.js";

/** A replaced type gives one finding for all differences. The new type need not reserve members of the old one. */
export function foldReplaced(findings: readonly Finding[], through: NonNullable<Finding["through"]>): Finding[] {
  const head = findings.find(({ rule }) => rule === messageReplaced.id);
  const differences = findings.filter((each) => each !== head);
  if (head === undefined || differences.length === 0) return [];
  const effects = mergeEffects(differences.flatMap((each) => each.effects));
  const verdict = worst([...effects.map((effect) => effect.verdict), ...differences.map(floorOfReplaced)]);
  const proof = verdict === "safe" || verdict === "extends" ? differences.find(({ proof }) => proof)?.proof : undefined;
  const names = [...new Set(differences.map(({ element }) => element.slice(element.lastIndexOf(".") + 1)))];
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const text = `${head.text}, which differs in ${shown.join(", ")}`;
  return [{ ...head, text, effects, verdict, through, ...(proof === undefined ? {} : { proof }) }];
}

function floorOfReplaced({ floor }: Finding): Verdict {
  return floor === "hazard" ? "extends" : floor;
}

/** Merges the effects of a change on source code with its effects on data into one finding. */
export function foldSource(findings: Finding[]): Finding[] {
  const isGenerated = ({ rule }: Finding): boolean => /^(typescript|source)-/.test(rule);
  const generated = findings.filter(isGenerated);
  const others = findings.filter((each) => !isGenerated(each));
  if (generated.length === 0 || others.length === 0) return findings;
  const [first, ...rest] = others;
  const effects = [...first!.effects, ...generated.flatMap((each) => each.effects)];
  const { demoted: _, ...kept } = first!;
  return [{ ...kept, effects, verdict: worst([first!.verdict, ...generated.map(({ verdict }) => verdict)]) }, ...rest];
}
