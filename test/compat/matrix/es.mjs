/**
 * The second judge: what protobuf-es makes of the samples that upb wrote. It is no conforming reader of a field whose wire
 * type differs (it throws, or reads on in the wrong place), so that on binary upb has the last word; on JSON it is the
 * stricter of the two, where upb's is Python: it takes true for 1.
 */
import { createFileRegistry, fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Judges the samples { case: [direction, writer type, reader type, hex] } of two descriptor sets; as upb.py does. */
export function judgeWithProtobufEs(beforeBytes, afterBytes, samples) {
  const before = createFileRegistry(fromBinary(FileDescriptorSetSchema, beforeBytes));
  const after = createFileRegistry(fromBinary(FileDescriptorSetSchema, afterBytes));
  const verdicts = {};
  for (const [id, list] of Object.entries(samples)) {
    const breaks = {};
    for (const [direction, w, r, hex] of list) {
      const [writer, reader] = direction === "backward" ? [before, after] : [after, before];
      judgeSample(breaks, direction, writer.getMessage(w), reader.getMessage(r), Buffer.from(hex, "hex"));
    }
    verdicts[id] = breaks;
  }
  return verdicts;
}

/**
 * What protobuf-es loses of each binary witness on its way through the other version and back, where that reads a NaN.
 * Undefined for nothing, and without a NaN.
 */
export function lostWithNaN(beforeBytes, afterBytes, witnesses) {
  const [before, after] = [beforeBytes, afterBytes].map((bytes) =>
    createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes)),
  );
  return witnesses.map(({ writer: side, message, types = { previous: message, next: message }, data }) => {
    const pair = [before.getMessage(types.previous), after.getMessage(types.next)];
    if (pair.includes(undefined)) return undefined; // of an enum
    const [writer, other] = side === "previous" ? pair : pair.reverse();
    const bytes = Buffer.from(data, "hex");
    const lost = attempt(() => {
      const there = fromBinary(other, bytes);
      if (!JSON.stringify(toJson(other, there)).includes('"NaN"')) return undefined;
      const back = fromBinary(writer, toBinary(other, there));
      return difference(reflect(writer, fromBinary(writer, bytes)), reflect(writer, back));
    });
    return lost.value;
  });
}

function judgeSample(breaks, direction, writer, reader, bytes) {
  const report = (surface, problem) => {
    breaks[surface] ??= {};
    if (problem !== undefined) breaks[surface][direction] ??= { data: bytes.toString("hex"), why: problem };
  };
  const written = attempt(() => fromBinary(writer, bytes));
  if (written.error !== undefined) return;
  report(
    "binary",
    crossed(
      written.value,
      attempt(() => fromBinary(reader, bytes)),
      writer,
      reader,
    ),
  );
  const json = attempt(() => toJson(writer, written.value));
  if (json.error !== undefined) return;
  const own = attempt(() => fromJson(writer, json.value));
  if (own.error !== undefined || difference(reflect(writer, written.value), reflect(writer, own.value)) !== undefined)
    return;
  for (const [surface, ignoreUnknownFields] of [
    ["json", true],
    ["json-strict", false],
  ]) {
    const read = attempt(() => fromJson(reader, json.value, { ignoreUnknownFields }));
    report(surface, crossed(written.value, read, writer, reader));
  }
}

function attempt(work) {
  try {
    return { value: work() };
  } catch (error) {
    return { error: error.message };
  }
}

function crossed(written, read, writer, reader) {
  if (read.error !== undefined) return `rejected: ${read.error}`;
  const encoded = attempt(() => toBinary(reader, read.value));
  if (encoded.error?.includes("required")) return "rejected: a required field is missing";
  return difference(reflect(writer, written), reflect(reader, read.value));
}

/** Says what differs. Fields are the same by name, or else by number. */
function difference(a, b) {
  const used = new Set();
  for (const field of a.desc.fields) {
    const byNumber = b.desc.fields.find(({ number }) => number === field.number);
    const other =
      b.desc.fields.find(({ name }) => name === field.name) ??
      (byNumber && !a.desc.fields.some(({ name }) => name === byNumber.name) ? byNumber : undefined);
    if (other === undefined) continue;
    used.add(other);
    const found = fieldDifference(a, field, b, other);
    if (found !== undefined) return `${field.name}: ${found}`;
  }
  const misread = b.desc.fields.find((field) => !used.has(field) && b.isSet(field));
  return misread && `${misread.name} holds what was written to another field`;
}

const IMPLICIT = 2;

function fieldDifference(a, field, b, other) {
  const [x, y] = [a.get(field), b.get(other)];
  const singular = (f) => f.fieldKind !== "list" && f.fieldKind !== "map";
  if (singular(field) && singular(other)) {
    const explicit = field.presence !== IMPLICIT && other.presence !== IMPLICIT;
    if (explicit && a.isSet(field) !== b.isSet(other)) return "set on one side only";
    if (!a.isSet(field) && !b.isSet(other) && (field.message || other.message)) return undefined;
    return sameMeaning(field, x, other, y) ? undefined : "another value";
  }
  if (field.fieldKind === "map" && other.fieldKind === "map") {
    const entries = [...y];
    const same =
      x.size === y.size &&
      [...x].every(([key, value]) =>
        entries.some(([k, v]) => sameValue(key, k) && sameMeaning(field, value, other, v)),
      );
    return same ? undefined : "other entries";
  }
  if (field.fieldKind === "map" || other.fieldKind === "map") return undefined; // Entries have no form of their own here.
  const [p, q] = [listed(a, field), listed(b, other)];
  return p.length === q.length && p.every((value, i) => sameMeaning(field, value, other, q[i]))
    ? undefined
    : "another list";
}

function listed(message, field) {
  if (field.fieldKind === "list") return [...message.get(field)];
  return message.isSet(field) ? [message.get(field)] : [];
}

/** An enum value means its name; see same_meaning in upb.py. */
function sameMeaning(field, x, other, y) {
  if (field.enum === undefined || other.enum === undefined) return sameValue(x, y);
  const names = (type, number) => type.values.filter((value) => value.number === number).map(({ name }) => name);
  const numbers = (type, name) => type.values.filter((value) => value.name === name).map(({ number }) => number);
  const written = names(field.enum, x);
  const known = written.flatMap((name) => numbers(other.enum, name));
  if (known.length > 0) return known.includes(y);
  return (
    x === y && (written.length === 0 || !names(other.enum, y).some((name) => numbers(field.enum, name).length > 0))
  );
}

function sameValue(x, y) {
  if (x?.desc !== undefined && y?.desc !== undefined) return difference(x, y) === undefined;
  const [p, q] = [plain(x), plain(y)];
  if (Buffer.isBuffer(p) && Buffer.isBuffer(q)) return p.equals(q);
  if (Buffer.isBuffer(p) || Buffer.isBuffer(q)) return isNothing(p) && isNothing(q);
  if (typeof p === "number" && typeof q === "number" && Number.isNaN(p) && Number.isNaN(q)) return true;
  // biome-ignore lint/suspicious/noDoubleEquals: 1n is 1
  return p == q;
}

/** The default of its type. */
function isNothing(value) {
  return Buffer.isBuffer(value) ? value.length === 0 : !value;
}

function plain(value) {
  if (value?.desc !== undefined) return Buffer.from(toBinary(value.desc, value.message));
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  return typeof value === "boolean" ? Number(value) : value;
}
