import type { FieldLayout, Layout } from "../layout.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldOneof: Rule = rule({
  id: "field-oneof",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "A field moved into, out of or between oneofs.",
  why: "A oneof keeps only the last field. Data from the side where both can be set loses one.",
  fix: "Keep the field where it is. Only a field that moves alone into a new oneof loses nothing but an unset zero.",
  check({ previous, next, message }) {
    if (previous === undefined || next === undefined || message.layouts === undefined) return undefined;
    const before = siblings(message.layouts.previous, previous.layout);
    const after = siblings(message.layouts.next, next.layout);
    const [from, to] = [previous.layout.oneof, next.layout.oneof];
    const sameNames = before.map(({ name }) => name).join() === after.map(({ name }) => name).join();
    if (from === to || (sameNames && from !== undefined && to !== undefined)) return undefined;
    const where = (oneof: string | undefined): string => (oneof === undefined ? "no oneof" : `oneof ${oneof}`);
    // Members that only one version has are never set beside it. The others have both layouts in focus.
    const isInBoth = ({ name }: FieldLayout): boolean =>
      message.layouts!.previous.byName.has(name) && message.layouts!.next.byName.has(name);
    const names = new Set([...before, ...after].filter(isInBoth).map(({ name }) => name));
    const others = [message.layouts.previous, message.layouts.next].flatMap((layout) =>
      layout.fields.filter((field) => names.has(field.name)),
    );
    // A field that moves without others only changes its presence, as it would with "optional".
    const isAlone = names.size === 0;
    return {
      text: `field ${fullName(next.desc)} moved from ${where(from)} to ${where(to)}`,
      expects: isAlone ? "safe" : "conditional",
      ...(isAlone ? { severity: "warning", lightOn: ["binary", "json", "json-strict", "text"] } : {}),
      focus: [previous.layout, next.layout, ...others],
    };
  },
});

/** The other fields of its oneof. */
function siblings(layout: Layout, field: FieldLayout): FieldLayout[] {
  if (field.oneof === undefined) return [];
  return layout.fields.filter((other) => other !== field && other.oneof === field.oneof);
}
