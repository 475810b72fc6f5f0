/** Payloads represent oneofs as `{ case, value }`. Other libraries use other shapes. */

/** Makes each member a separate property. */
export const flattenOneofs = (init) => mapOneofs(init, (_name, chosen) => ({ [chosen.case]: chosen.value }));

/** Copies an initializer, and replaces each oneof by the properties that `shape` returns. */
export function mapOneofs(value, shape) {
  if (Array.isArray(value)) return value.map((item) => mapOneofs(item, shape));
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  const copy = {};
  for (const [key, item] of Object.entries(value)) {
    if (isOneof(item)) Object.assign(copy, shape(key, { case: item.case, value: mapOneofs(item.value, shape) }));
    else copy[key] = mapOneofs(item, shape);
  }
  return copy;
}

function isOneof(value) {
  return value !== null && typeof value === "object" && "case" in value && "value" in value;
}

/** The set member of a oneof, in a message whose members are separate properties. */
export function memberThatIsSet(message, oneof) {
  const field = oneof.fields.find(({ localName }) => Object.hasOwn(message, localName) && message[localName] != null);
  return field ? { case: field.localName, value: message[field.localName] } : { case: undefined };
}
