/**
 * Lists the values of a message by its descriptor, one per line. Equal messages give equal lines, whatever their library.
 * `library` reads oneofs and presence, which libraries represent differently.
 */
export function factsOf(library, descriptor, message) {
  const facts = [];
  addMessage(facts, library, descriptor, message, "");
  return facts;
}

/** Describes the first difference of two lists. Undefined if they are equal. */
export function firstDifference(want, got) {
  const at = want.findIndex((fact, i) => fact !== got[i]);
  if (at < 0 && got.length === want.length) return undefined;
  return at < 0
    ? `has ${shorten(got[want.length])}, which was not there`
    : `wants ${shorten(want[at])}, has ${shorten(got[at])}`;
}

function addMessage(facts, library, descriptor, message, path) {
  for (const member of descriptor.members) {
    if (member.kind === "field") {
      addField(facts, library, member, message[member.localName], `${path}.${member.name}`, message);
      continue;
    }
    const chosen = library.oneofOf(message, member);
    const field = member.fields.find(({ localName }) => localName === chosen.case);
    if (field) addSingular(facts, library, field, chosen.value, `${path}.${field.name}`);
  }
}

function addField(facts, library, field, value, path, message) {
  if (field.fieldKind === "list") {
    facts.push(`${path}.length ${value.length}`);
    for (let i = 0; i < value.length; i++) addSingular(facts, library, field, value[i], `${path}[${i}]`);
  } else if (field.fieldKind === "map") {
    for (const [key, item] of entriesOf(value)) addSingular(facts, library, field, item, `${path}[${key}]`);
  } else if (hasPresence(field) ? Object.hasOwn(message, field.localName) && value != null : true) {
    addSingular(facts, library, field, value, path);
  }
}

/** Adds a singular field. Libraries represent an unset field by its zero, or by nothing at all. */
function addSingular(facts, library, field, value, path) {
  if (field.message) addMessage(facts, library, field.message, value, path);
  else facts.push(`${path} ${plain(value)}`);
}

function hasPresence(field) {
  return field.fieldKind === "message" || field.proto.proto3Optional;
}

function entriesOf(map) {
  const entries = map instanceof Map ? [...map] : Object.entries(map);
  return entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

function plain(value) {
  if (value instanceof Uint8Array || Array.isArray(value)) return Buffer.from(value).toString("base64");
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

function shorten(fact = "nothing") {
  return fact.length > 90 ? `${fact.slice(0, 90)}…` : fact;
}
