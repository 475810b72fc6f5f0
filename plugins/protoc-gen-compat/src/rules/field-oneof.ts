import { fullName, type Rule, rule } from "../rule.js";
import type { FieldShape, Shape } from "../shape.js";

export const fieldOneof: Rule = rule({
  id: "field-oneof",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text", "typescript"],
  purpose: "A field moved into, out of or between oneofs.",
  why: "A oneof keeps only the last field. Data from the side where both can be set loses one.",
  fix: "Keep the field where it is. Only a field that moves alone into a new oneof loses nothing but an unset zero.",
  check({ previous, next, message }) {
    if (previous === undefined || next === undefined || message.shapes === undefined) return undefined;
    const before = siblings(message.shapes.previous, previous.shape);
    const after = siblings(message.shapes.next, next.shape);
    const [from, to] = [previous.shape.oneof, next.shape.oneof];
    const sameNames = before.map(({ name }) => name).join() === after.map(({ name }) => name).join();
    if (from === to || (sameNames && from !== undefined && to !== undefined)) return undefined;
    const where = (oneof: string | undefined): string => (oneof === undefined ? "no oneof" : `oneof ${oneof}`);
    // Members that only one version has are never set beside it. The others have both shapes in focus.
    const isInBoth = ({ name }: FieldShape): boolean =>
      message.shapes!.previous.byName.has(name) && message.shapes!.next.byName.has(name);
    const names = new Set([...before, ...after].filter(isInBoth).map(({ name }) => name));
    const others = [message.shapes.previous, message.shapes.next].flatMap((shape) =>
      shape.fields.filter((field) => names.has(field.name)),
    );
    // A field that moves without others only changes its presence, as it would with "optional".
    const isAlone = names.size === 0;
    return {
      text: `field ${fullName(next.desc)} moved from ${where(from)} to ${where(to)}`,
      expects: isAlone ? "safe" : "conditional",
      ...(isAlone ? { severity: "warning", lightOn: ["binary", "json", "json-strict", "text"] } : {}),
      focus: [previous.shape, next.shape, ...others],
    };
  },
});

/** The other fields of its oneof. */
function siblings(shape: Shape, field: FieldShape): FieldShape[] {
  if (field.oneof === undefined) return [];
  return shape.fields.filter((other) => other !== field && other.oneof === field.oneof);
}
