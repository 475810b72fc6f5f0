import type { Finding } from "../finding.js";
import { locationOf } from "../location.js";
import { type FieldPair, isSame, type MessagePair } from "../pairs.js";
import type { RuleClaim } from "../rule.js";
import { around, withSiblings } from "../witness/measure.js";
import { isChanged } from "./changed-field.js";
import { type Explained, withSamples } from "./combination.js";
import type { Context } from "./context.js";
import { foldReplaced, foldSource } from "./fold.js";
import { makeFinding, nameOf, type Subject } from "./make-finding.js";
import { focusOf, measured } from "./measured.js";

/** Checks a message and its fields. */
export function checkMessage(pair: MessagePair, context: Context): Finding[] {
  const findings = checkContent(pair, context);
  const through = pair.through?.next;
  if (through === undefined) return findings;
  const place = "desc" in through ? through.desc : through;
  return foldReplaced(findings, { element: nameOf(place), location: locationOf(place)! });
}

function checkContent(pair: MessagePair, context: Context): Finding[] {
  const { previous, next } = pair;
  const roles = context.rolesOf(pair);
  const subject = { element: (next ?? previous)!, previous, next };
  const claims = isSame(previous, next) ? [] : context.claimsOf(pair); // if it is the same, only its extensions have changed
  const own = claims.map((said) => makeFinding(said, subject, measured(said.claim, pair.layouts), roles));
  const changed = pair.fields.filter((field) => isChanged(field) || concernsOwn(field, context));
  if (changed.length === 0) return foldSource(own);
  const inChanged = changed.flatMap((field) => [field.previous, field.next].flatMap((side) => side?.layout ?? []));
  const focus = withSiblings(new Set(inChanged), pair.layouts!);
  const layouts = around(focus, pair.layouts!);
  const explained: Explained[] = [];
  const inFields = changed.flatMap((field) => {
    const findings = context.claimsOf(field).map((said) => {
      const effects = measured(said.claim, layouts);
      explained.push({ focus: focusOf(said.claim), effects });
      return makeFinding(said, subjectOf(field, pair, said), effects, roles);
    });
    return foldSource(findings);
  });
  const all = [...foldSource(own), ...inFields];
  if (own.some(({ rule }) => rule === "message-set")) return all;
  return withSamples(all, pair, { layouts, focus, explained }, context);
}

/** Whether a rule of the user's own has a claim. It may look at what the rules of the table do not. */
function concernsOwn(field: FieldPair, { options, claimsOf }: Context): boolean {
  return options.rules?.some(({ on }) => on === "field") === true && claimsOf(field).length > 0;
}

/** A field that exists in one version only is located at its message in the other. An extension has no message. */
function subjectOf({ previous, next }: FieldPair, message: MessagePair, { claim }: RuleClaim): Subject {
  const element = (next ?? previous)!.desc;
  const isExtension = element.kind === "extension";
  return {
    element,
    previous: claim.previous ?? previous?.desc ?? (isExtension ? undefined : message.previous),
    next: claim.next ?? next?.desc ?? (isExtension ? undefined : message.next),
  };
}
