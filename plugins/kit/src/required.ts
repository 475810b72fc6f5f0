import type { DescMessage } from "@bufbuild/protobuf";

const LEGACY_REQUIRED = 3;
const cache = new WeakMap<DescMessage, boolean>();

/** Whether the message, or any message that it can contain, has required fields. */
export function needsCheck(message: DescMessage): boolean {
  let needs = cache.get(message);
  if (needs === undefined) {
    needs = reachable(message).some(hasRequired);
    cache.set(message, needs);
  }
  return needs;
}

export function isRequired(field: { readonly presence: number }): boolean {
  return field.presence === LEGACY_REQUIRED;
}

/** Whether the message itself has a required field. */
export function hasRequired(message: DescMessage): boolean {
  return message.fields.some(isRequired);
}

/** All message types that an instance can contain, including its own. */
function reachable(message: DescMessage): DescMessage[] {
  const seen = new Set([message]);
  for (const m of seen) for (const field of m.fields) if (field.message !== undefined) seen.add(field.message);
  return [...seen];
}
