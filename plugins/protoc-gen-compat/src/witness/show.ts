import type { FieldLayout, Layout, Value } from "../layout.js";
import type { Entry, FieldState, State } from "./state.js";
import { hex, notUtf8 } from "./wire.js";

/** A value for display: `author: "a", tags: ["x"], kind: KIND_BOOK (1)`. For `unset`, a field without a value, it shows the default. */
export function showState(layout: Layout, state: State, unset?: FieldLayout): string {
  const parts = layout.fields.flatMap((field) => {
    const value = state.get(field.number);
    if (value !== undefined) return [`${field.name}: ${showField(field, value)}`];
    return field === unset && field.default !== undefined
      ? [`${field.name}: ${showValue(field, field.default)} by default`]
      : [];
  });
  return `{ ${parts.join(", ")} }`.replace("{  }", "{}");
}

function showField(field: FieldLayout, value: FieldState): string {
  if (field.cardinality === "map") {
    const entries = value as readonly Entry[];
    return `{ ${entries.map((entry) => `${showValue(field.key!, entry.key)}: ${showValue(field.value!, entry.value)}`).join(", ")} }`;
  }
  if (field.cardinality === "repeated") {
    return `[${(value as readonly Value[]).map((item) => showValue(field, item)).join(", ")}]`;
  }
  return showValue(field, value as Value);
}

export function showValue(field: FieldLayout, value: Value): string {
  if (value instanceof Uint8Array) {
    if (field.kind !== "string" || notUtf8(value) !== undefined) return `<${hex(value)}>`;
    return JSON.stringify(new TextDecoder().decode(value));
  }
  const name = field.enum?.names.get(value as bigint);
  return name === undefined ? String(value) : `${name} (${value})`;
}
