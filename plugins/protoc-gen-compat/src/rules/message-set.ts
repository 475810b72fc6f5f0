import { type Rule, rule } from "../rule.js";

export const messageSet: Rule = rule({
  id: "message-set",
  on: "message",
  surfaces: ["binary"],
  purpose: "message_set_wire_format of a message changed.",
  why: "Extensions are encoded differently: the other side keeps them all as unknown fields.",
  fix: "Keep the option.",
  check(pair) {
    const { previous, next } = pair;
    if (previous === undefined || next === undefined) return undefined;
    const [before, after] = [previous, next].map(({ proto }) => proto.options?.messageSetWireFormat ?? false);
    if (before === after) return undefined;
    const layouts = pair.layouts!;
    return {
      text: `message ${next.typeName} ${after ? "became" : "is no longer"} a message set`,
      expects: "breaking",
      focus: [...layouts.previous.fields, ...layouts.next.fields],
    };
  },
});
