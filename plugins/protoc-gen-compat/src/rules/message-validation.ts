import type { DescMessage } from "@bufbuild/protobuf";
import type { Effect } from "../finding.js";
import { type Rule, rule } from "../rule.js";
import { asRules } from "../validation/accepts.js";
import { refusedMessage } from "../validation/effect.js";
import { rulesOf, sameRules } from "../validation/rules-of.js";

export const messageValidation: Rule = rule({
  id: "message-validation",
  on: "message",
  surfaces: ["rpc"],
  purpose: "A validation rule of a message or a oneof (buf.validate or protoc-gen-validate) changed.",
  why: "A stricter rule refuses messages that were valid; a looser one lets new messages reach readers that still refuse them.",
  fix: "Tighten rules in a new message only. Loosen them in readers first.",
  check({ previous, next, through }) {
    if (previous === undefined || next === undefined || through !== undefined) return undefined;
    const required = { backward: newlyRequired(previous, next), forward: newlyRequired(next, previous) };
    const effects = (["backward", "forward"] as const).flatMap((direction): Effect[] =>
      required[direction] === undefined
        ? []
        : [refusedMessage(next.typeName, {}, `${required[direction]} is required`, direction)],
    );
    const name = `message ${next.typeName}`;
    if (required.backward !== undefined)
      return { text: `${name} requires one of oneof ${required.backward}`, expects: "conditional", effects };
    if (required.forward !== undefined) {
      const text = `${name} no longer requires one of oneof ${required.forward}`;
      return { text, expects: "conditional", effects, severity: "warning" };
    }
    if (sameRules(messageRules(previous), messageRules(next))) return undefined;
    const rules = [...new Set([previous, next].flatMap((each) => Object.keys(asRules(messageRules(each)))))];
    const text = `${name} changed validation rules that cannot be compared: ${rules.join(", ")}`;
    return { text, expects: "hazard" };
  },
});

/** A oneof of both versions that only the second one requires. A message without any of its fields shows it. */
function newlyRequired(before: DescMessage, after: DescMessage): string | undefined {
  const isRequired = ({ oneofs, file }: DescMessage, name: string): boolean => {
    const proto = oneofs.find((oneof) => oneof.name === name)?.proto;
    const rules = rulesOf(proto?.options, "google.protobuf.OneofOptions", file);
    return rules?.required === true;
  };
  return after.oneofs.find(({ name }) => isRequired(after, name) && !isRequired(before, name))?.name;
}

function messageRules({ proto, file }: DescMessage): ReturnType<typeof rulesOf> {
  return rulesOf(proto.options, "google.protobuf.MessageOptions", file);
}
