/** Payloads have oneofs as `{ case, value }`; other libraries have them in other shapes. */

/** Each member as a property of its own. */
export const flattenOneofs = (init) => mapOneofs(init, (_name, chosen) => ({ [chosen.case]: chosen.value }));

/** Copies an initialiser, with the properties that `shape` gives for each oneof in its stead. */
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

/** The member of a oneof that a message with properties of their own has set. */
export function memberThatIsSet(message, oneof) {
  const field = oneof.fields.find(({ localName }) => Object.hasOwn(message, localName) && message[localName] != null);
  return field ? { case: field.localName, value: message[field.localName] } : { case: undefined };
}
