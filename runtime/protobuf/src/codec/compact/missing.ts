import type { AnyMessage, Missing } from "../message-info.js";
import type { CompactField, CompactFields } from "./fields.js";
import { ownSource, type Source } from "./write.js";

/** Returns the path of an unset required field, as the generated `X$missing` does. */
export function missingCompact({ fields }: CompactFields, m: AnyMessage): string | undefined {
  const source = ownSource(m);
  for (const field of fields) {
    const path = missingIn(field, source, missingOf(field));
    if (path !== undefined) return path;
  }
  return undefined;
}

function missingOf({ element: { message } }: CompactField): Missing<AnyMessage> | undefined {
  return message?.isChecked ? message.info.missing : undefined;
}

function missingIn(field: CompactField, m: Source, missing: Missing<AnyMessage> | undefined): string | undefined {
  const value = m[field.kind === "oneof" ? field.oneof : field.key];
  if (field.isRequired && value === undefined) return field.name;
  if (missing === undefined) return undefined;
  switch (field.kind) {
    case "singular":
      return value === undefined ? undefined : below(field.name, missing(value));
    case "oneof":
      return value.case === field.key ? below(field.name, missing(value.value)) : undefined;
    case "list":
      return first(value.keys(), (i) => below(`${field.name}[${i}]`, missing(value[i])));
    case "map":
      return first(Object.keys(value), (k) => below(`${field.name}[${JSON.stringify(k)}]`, missing(value[k])));
  }
}

function below(step: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : `${step}.${path}`;
}

function first<K extends string | number>(keys: Iterable<K>, find: (key: K) => string | undefined): string | undefined {
  for (const key of keys) {
    const path = find(key);
    if (path !== undefined) return path;
  }
  return undefined;
}
