import { type AnyMessage, type FieldInfo, type FieldNames, parseFields } from "../../codec/message-info.js";

/**
 * Finds the field that cannot be written, as a path of proto names from the root. It tries each field alone in an
 * otherwise empty message, so the writers need no extra code. Runs only after a write has failed.
 */
export function failingField(message: AnyMessage, info: FieldNames, fails: (m: AnyMessage) => boolean): string[] {
  const path: string[] = [];
  search(message, info, (m) => fails(m), path);
  return path;
}

function search(message: AnyMessage, info: FieldNames, fails: (m: AnyMessage) => boolean, path: string[]): void {
  for (const field of parseFields(info)) {
    for (const { step, value, alone } of partsOf(message as unknown as Record<string, unknown>, field)) {
      if (!fails(alone(value))) continue;
      path.push(step);
      if (field.message !== undefined && hasOwnFields(value)) {
        search(value, field.message, (inner) => fails(alone(inner)), path);
      }
      return;
    }
  }
}

/** A message whose JSON is an object with its fields; well-known types are treated as single values. */
function hasOwnFields(value: unknown): value is AnyMessage {
  const { $typeName } = Object(value) as Partial<AnyMessage>;
  return $typeName !== undefined && !$typeName.startsWith("google.protobuf.");
}

/** A value of a field, and how to make a message that holds nothing else. */
interface Part {
  readonly step: string;
  readonly value: unknown;
  readonly alone: (value: unknown) => AnyMessage;
}

function partsOf(message: Record<string, unknown>, field: FieldInfo): Part[] {
  const only = (key: string, value: unknown): AnyMessage =>
    Object.assign(new (message.constructor as new () => AnyMessage)(), { [key]: value });
  const { name, key } = field;
  if (field.oneof !== undefined) {
    const group = field.oneof;
    const oneof = message[group] as { case?: string; value?: unknown };
    return oneof.case === key
      ? [{ step: name, value: oneof.value, alone: (v) => only(group, { case: key, value: v }) }]
      : [];
  }
  const value = message[key];
  if (value === undefined) return [];
  if (field.repeated) {
    const items = value as unknown[];
    return items.map((item, i) => ({ step: `${name}[${i}]`, value: item, alone: (v) => only(key, [v]) }));
  }
  if (field.mapKey === undefined) return [{ step: name, value, alone: (v) => only(key, v) }];
  return Object.entries(value as object).map(([k, entry]) => ({
    step: `${name}[${JSON.stringify(k)}]`,
    value: entry as unknown,
    alone: (v) => only(key, Object.fromEntries([[k, v]])),
  }));
}
