import type { AnyDesc } from "@bufbuild/protobuf";
import { fileOf } from "@protoloom/plugin-kit";
import { declaration } from "../declaration.js";
import { type Effect, type Finding, type Role, worst } from "../finding.js";
import { locationOf } from "../location.js";
import { fullName, type RuleClaim } from "../rule.js";

/** The element of a finding, and its place in either version. */
export interface Subject {
  readonly element: AnyDesc;
  readonly previous: AnyDesc | undefined;
  readonly next: AnyDesc | undefined;
}

/** Makes a finding from a claim. A claim of a break that no effect confirms is demoted. */
export function makeFinding(
  { rule, claim }: RuleClaim,
  { element, previous, next }: Subject,
  measured: readonly Effect[],
  roles: readonly Role[],
): Finding {
  const effects = [...(claim.effects ?? []), ...measured];
  const isDemotable = claim.expects === "breaking" || claim.expects === "conditional";
  const floor = isDemotable ? "safe" : claim.expects;
  const severity = claim.severity ?? rule.severity;
  return {
    rule: rule.id,
    verdict: worst([...effects.map((effect) => effect.verdict), floor]),
    element: nameOf(element),
    text: claim.text,
    effects,
    roles,
    previous: locationOf(previous),
    next: locationOf(next),
    floor,
    before: declarationOf(previous, element),
    after: declarationOf(next, element),
    package: fileOf(element).proto.package,
    wasDeprecated: previous !== undefined && "deprecated" in previous && previous.deprecated,
    ...(severity === undefined ? {} : { severity }),
    ...(claim.lightOn === undefined ? {} : { lightOn: claim.lightOn }),
    ...(isDemotable && effects.length === 0 ? { demoted: "no value that was tried goes wrong" } : {}),
    ...(claim.suggestion === undefined ? {} : { suggestion: claim.suggestion }),
  };
}

/** Undefined for a stand-in, such as the message of a deleted field. */
function declarationOf(desc: AnyDesc | undefined, element: AnyDesc): string | undefined {
  const kindOf = ({ kind }: AnyDesc): string => (kind === "extension" ? "field" : kind);
  return desc !== undefined && kindOf(desc) === kindOf(element) ? declaration(desc) : undefined;
}

export function nameOf(desc: AnyDesc): string {
  switch (desc.kind) {
    case "file":
      return desc.proto.name;
    case "field":
      return fullName(desc);
    case "oneof":
    case "enum_value":
    case "rpc":
      return `${desc.parent.typeName}.${desc.name}`;
    default:
      return desc.typeName;
  }
}
