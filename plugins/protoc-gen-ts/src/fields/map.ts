import type { DescField } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { elementType, type FieldValue, fieldType, fieldValue, keyType, type MessageValue, needsCheck, property, propertyKey, type ScalarInfo, type ScalarValue, scalars } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import { compactPart } from "./compact-part.js";
import type { FieldShape, FieldWriter, MemberShape } from "./field-shape.js";
import { jsonKeyReader, jsonRefs } from "./json-refs.js";
import { readHead, tagOf } from "./tag.js";
import * as binary from "./value/binary.js";
import * as json from "./value/json.js";
import * as value from "./value/value.js";

type MapField = DescField & { readonly fieldKind: "map" };

/** A map: a plain object. */
export function mapShape(out: Output, field: MapField): MemberShape {
  const v = fieldValue(field, out.options);
  const key = propertyKey(field.localName);
  const x = `m${property(field.localName)}`;
  return {
    fields: [fieldShape(field, v, x)],
    declare: (out) => `${key}: ${fieldType(field, elementType(out, v))};`,
    declareInit: (out) => `${key}?: { readonly [key: ${keyType(field)}]: ${value.initType(out, v)} } | undefined;`,
    initial: () => "{}",
    init: (out) => {
      const i = `i${property(field.localName)}`;
      const message = (): string => `${out.codec("initMessageMap")}(${out.shape((v as MessageValue).message)}, ${i})`;
      const mapped = (): string => `${out.codec("initLongMap")}(${value.initFunction(out, v)}, ${i})`;
      return `if (${i} != null) ${x} = ${!value.isInitConverted(v) ? `${out.codec("initMap")}(${i})` : value.isInitMapped(v) ? mapped() : message()};`;
    },
  };
}

const isNumber = (key: ScalarInfo): boolean => key.ts === "number";
const isInteger = (key: ScalarInfo): boolean => isNumber(key) || key.ts === "bigint";

function fieldShape(field: MapField, v: FieldValue, x: string): FieldShape {
  return {
    field,
    read: (out) => readEntry(out, field, v, x),
    write: (out) => writeEntries(out, field, v, x),
    writeJson: (out, key) => [
      `{`,
      `  let e = "", i = 0;`,
      `  v = ${out.codec("asMap")}(${x});`,
      `  ${forEachKey("v", "q")} e += ${out.json("writeKey")}(q, i++) + ${json.jsonText(out, v, entry(field, "v", "q"))};`,
      `  if (i > 0 || a) { s = s + ${key} + "{" + e + "}"; c = 1; }`,
      `}`,
    ],
    jsonRefs: (out, form) => jsonRefs(out, field, v, form),
    parseJson: (out) => parseJson(out, field, v, x),
    missing: (out) =>
      v.kind === "message" && v.adapter === "none" && needsCheck(v.message)
        ? [`${forEachKey(x, "k")} { p = ${out.binary(v.message, "missing")}(${entry(field, x, "k")}); if (p !== undefined) return \`${field.name}[\${globalThis.JSON.stringify(k)}].\${p}\`; }`]
        : [],
    info: () => `%${scalars.get(field.mapKey)!.letter}${value.infoLetter(v)}${field.name}`,
    compact: (out) => compactPart(out, field, v),
  };
}

/** A map's property by a key that is a string. */
function entry(field: MapField, x: string, key: string): string {
  return `${x}[${key}${isNumber(scalars.get(field.mapKey)!) ? "« as unknown as number»" : ""}]«!»`;
}

/**
 * The head of a loop over the keys of the map x. Iterating over an array of keys or entries takes longer (bench: maps,
 * xds).
 */
function forEachKey(x: string, key: string): string {
  return `for (const ${key} in ${x}) if (Object.prototype.hasOwnProperty.call(${x}, ${key}))`;
}

/** The default of a value that an entry leaves out. */
function entryDefault(out: Output, v: FieldValue): string {
  return v.kind === "message" ? value.emptyMessage(out, v) : value.zero(out, v);
}

const keyValue = (key: ScalarInfo): ScalarValue => ({ kind: "scalar", scalar: key, adapter: "none", verify: true });

function readEntry(out: Output, field: MapField, v: FieldValue, x: string): string[] {
  const key = scalars.get(field.mapKey)!;
  const keyInfo = { ...keyValue(key), verify: field.utf8Validation };
  const keyTag = tagOf({ number: 1 }, key.wire);
  const valueTag = tagOf({ number: 2 }, value.wireType(v));
  const valueType = elementType(out, v);
  const set = setEntry(out, key, x, v.kind === "message" ? `v ?? ${entryDefault(out, v)}` : "v");
  const isClosed = v.kind === "enum" && !v.enum.open;
  const isDeclared = isClosed ? (v.adapter === "name" ? `typeof v === "string"` : `${out.suffixed(v.enum, "$has")}(v)`) : "";
  const store = isClosed ? `if (${isDeclared}) { ${set} } else ${out.codec("unknownEntry")}(m, ${field.number}, f, p);` : set;
  const initial = v.kind === "message" ? `let v«: ${valueType} | undefined»;` : `let v«: ${valueType === "boolean" ? "boolean" : valueType}» = ${entryDefault(out, v)};`;
  return [
    `case ${tagOf(field, WireType.LengthDelimited)}: {`,
    `  const ${isClosed ? "f = p, " : ""}end = p + n;`,
    `  let k«: ${key.ts}» = ${key.zero};`,
    `  ${initial}`,
    `  while (p < end) {`,
    ...readHead(out, "const ").map((line) => `    ${line}`),
    `    if (t === ${keyTag}) { ${readKey(out, keyInfo, keyTag)} }`,
    `    else if (t === ${valueTag}) { ${binary.readValue(out, v, valueTag, v.kind === "message" ? "v" : undefined, (e) => `v = ${e};`)} }`,
    `    else p = ${out.codec("skip")}(t, s, end, d);`,
    `  }`,
    `  if (p !== end) ${out.codec("truncated")}(s - 1);`,
    `  ${store}`,
    `  break;`,
    `}`,
  ];
}

function readKey(out: Output, key: ScalarValue, tag: number): string {
  if (key.scalar.ts !== "string" || !key.verify) return binary.readValue(out, key, tag, undefined, (e) => `k = ${e};`);
  return `k = ${out.codec("readKey")}(p, p += n);`;
}

/** Sets the entry with the key k. Only a string can be "__proto__"; all others are set in place (bench: maps). */
function setEntry(out: Output, key: ScalarInfo, x: string, value: string): string {
  const set = `${x}[${mapKey(key)}] = ${value};`;
  return key.ts === "string" ? `if (k === "__proto__") ${out.codec("setEntry")}(${x}, k, ${value}); else ${set}` : set;
}

/** The property key for the decoded key k. */
function mapKey(key: ScalarInfo): string {
  return key.ts === "string" || key.ts === "number" ? "k" : "`${k}`";
}

/** The wire key for the property key k. */
function wireKey(out: Output, key: ScalarInfo): string {
  if (key.ts === "number") return "+k";
  if (key.ts === "bigint") return `${out.codec("toBigint")}(k)`;
  return key.ts === "boolean" ? `${out.codec("toBool")}(k)` : "k";
}

function writeEntries(out: Output, field: MapField, v: FieldValue, x: string): FieldWriter {
  const key = scalars.get(field.mapKey)!;
  const keyInfo = { ...keyValue(key), verify: field.utf8Validation };
  const guess = out.variable("l");
  out.guesses.push(guess);
  const write = `${out.part(field.parent, "write")}$${field.localName}`;
  const sorted = `${out.codec("sortedEntries")}(v${isInteger(key) ? ", true" : ""})`;
  return {
    lines: [
      `v = ${out.codec("asMap")}(${x});`,
      `if (${out.codec("deterministic")}) for (const [k, x] of ${sorted}) p = ${write}(k, x, p);`,
      `else ${forEachKey("v", "k")} p = ${write}(k, ${entry(field, "v", "k")}, p);`,
    ],
    run: 0,
    entry: [
      `function ${write}(k«: string», v«: ${elementType(out, v)}», p«: number»)«: number» {`,
      `  const b = ${out.codec("output")};`,
      `  ${binary.writeTag(field.number, WireType.LengthDelimited)}`,
      `  const f = p, r = ${guess};`,
      `  p += r;`,
      `  ${binary.writeValue(out, keyInfo, 1, wireKey(out, key))}`,
      `  ${binary.writeValue(out, v, 2, "v")}`,
      `  p = ${out.codec("endLength")}(f, r, p);`,
      `  ${guess} = ${out.codec("reserved")};`,
      `  return p;`,
      `}`,
    ],
  };
}

function parseJson(out: Output, field: MapField, v: FieldValue, x: string): string[] {
  const text = `${out.json("parseMapKey")}()`;
  const isText = scalars.get(field.mapKey)!.ts === "string";
  const key = `${out.json("newKey")}(${x}, ${isText ? text : `${jsonKeyReader(out, field)}(${text})`})`;
  const set = `${out.codec("setEntry")}(${x}, ${key}, ${json.jsonParsed(out, v)});`;
  return [`if (${out.json("openObject")}()) do ${set} while (${out.json("nextMember")}());`];
}
