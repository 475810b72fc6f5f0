import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { type FieldValue, fieldValue, literal, own, property, scalars } from "@protoloom/plugin-kit";
import { InvalidExpression } from "./cel/error.js";
import { bare, negated } from "./cel/parentheses.js";
import type { Target } from "./cel/target.js";
import type { Node } from "./cel/type.js";
import { elementNode, fieldNode, hasPresence, isSetCode, keyNode, zeroOf } from "./cel/value.js";
import type { Expressions } from "./expressions.js";
import { elementOf, hoistPath, oneofElement, pathElement, type RulePath, valueTypeOf } from "./rule-path.js";
import { type FieldRules, Ignore, type RuleReader, type TypeRules } from "./rules.js";
import { type Place, violation } from "./violation.js";

/** The state that the emitters of checks share. */
export interface CheckContext {
  readonly target: Target;
  readonly reader: RuleReader;
  readonly expressions: Expressions;
  /** Whether fields that are required in proto2 must be set. */
  readonly isLegacyRequired: boolean;
  /** The function that checks a message. Undefined if it has no rules. */
  check(message: DescMessage): string | undefined;
}

/** The lines of the function that checks a message. Throws an InvalidExpression or an Uncompilable. */
export function checkBody(message: DescMessage, context: CheckContext): string[] {
  const rules = context.reader.ofMessage(message);
  const oneofs = rules?.oneof ?? [];
  const self: Node = { type: { kind: "message", desc: message, mayBeUnset: false }, code: "m", throws: false };
  return [
    ...message.fields.flatMap((field) =>
      checkField(
        field,
        oneofs.some(({ fields }) => fields.includes(field.name)),
        context,
      ),
    ),
    ...(rules?.celExpression ?? []).flatMap((text) =>
      context.expressions.emit({ id: text, message: "", expression: text }, self, noPlace, undefined),
    ),
    ...(rules?.cel ?? []).flatMap((rule) => context.expressions.emit(rule, self, noPlace, undefined)),
    ...oneofs.flatMap((oneof) => checkMessageOneof(message, oneof, context)),
    ...message.oneofs
      .filter((oneof) => context.reader.isRequired(oneof))
      .map((oneof) => {
        const place = { field: oneofElement(oneof, context.target), isKey: false };
        const text = literal("exactly one field is required in oneof");
        return `if (m${property(oneof.localName)}.case === undefined) ${violation(place, undefined, "required", text, context.target)}`;
      }),
  ];
}

const noPlace: Place = { field: "undefined", isKey: false };

/** buf.validate.MessageOneofRule */
function checkMessageOneof(
  message: DescMessage,
  { fields, required }: { readonly fields: readonly string[]; readonly required: boolean },
  { target }: CheckContext,
): string[] {
  if (fields.length === 0) throw new InvalidExpression(`a oneof rule of ${message.typeName} names no field`);
  const tests = fields.map((name, i) => {
    if (fields.indexOf(name) < i)
      throw new InvalidExpression(`a oneof rule of ${message.typeName} names "${name}" twice`);
    const field = message.fields.find((each) => each.name === name);
    if (field === undefined)
      throw new InvalidExpression(`${message.typeName} has no field "${name}", which a oneof rule names`);
    return `Number(${isSetCode({ code: "m", mayBeUnset: false }, field, target)})`;
  });
  const names = fields.join(", ");
  const violate = (text: string): string => `c.violate(undefined, undefined, "message.oneof", ${literal(text)});`;
  return [
    "{",
    `  const n = ${tests.join(" + ")};`,
    `  if (n > 1) ${violate(`only one of ${names} can be set`)}`,
    ...(required ? [`  if (n === 0) ${violate(`one of ${names} must be set`)}`] : []),
    "}",
  ];
}

function checkField(field: DescField, isInMessageOneof: boolean, context: CheckContext): string[] {
  const { reader, target } = context;
  const rules = reader.ofField(field);
  const isGiven = rules !== undefined && reader.hasIgnore(rules);
  const ignore = !isGiven && isInMessageOneof ? Ignore.IfZeroValue : (rules?.ignore ?? Ignore.Unspecified);
  const isRequired = rules?.required === true && ignore !== Ignore.Always;
  const isLegacyRequired = context.isLegacyRequired && field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
  const body = ignore === Ignore.Always ? [] : checkWholeField(field, rules, context);
  if (body.length === 0 && !isRequired && !isLegacyRequired) return [];
  const value = `m${property((field.oneof ?? field).localName)}`;
  const raw = field.oneof === undefined ? value : `${value}.value`;
  const bound = `const v = ${boundCode(field, raw, target)};`;
  const isConditional = hasPresence(field) || field.oneof !== undefined || ignore === Ignore.IfZeroValue;
  if (!isRequired && !isLegacyRequired && !isConditional) return ["{", ...indent([bound, ...body]), "}"];
  const isSet = isSetCode({ code: "m", mayBeUnset: false }, field, target);
  if (isRequired || isLegacyRequired) {
    const rule = isRequired ? hoistPath([pathElement(reader.fieldRulesDesc.field.required!)], target) : "undefined";
    const id = isRequired ? "required" : "legacy_required";
    const miss = `if (${negated(isSet)}) c.violate(${elementOf(field, target)}, ${rule}, "${id}", "value is required");`;
    return body.length === 0 ? [miss] : [miss, "else {", ...indent([bound, ...body]), "}"];
  }
  return [`if (${isSet}) {`, ...indent([bound, ...body]), "}"];
}

/** The value to which a field's rules apply. A test before it may have narrowed a bool to true. */
function boundCode(field: DescField, raw: string, target: Target): string {
  if (field.fieldKind === "list" || field.fieldKind === "map") return raw;
  const code = bare(elementNode(fieldValue(field, target.fields), raw, target).code);
  return field.scalar === ScalarType.BOOL && !hasPresence(field) ? `${code}« as boolean»` : code;
}

function checkWholeField(field: DescField, rules: FieldRules | undefined, context: CheckContext): string[] {
  const place: Place = { field: elementOf(field, context.target), isKey: false };
  if (field.fieldKind === "list") return checkList(field, rules, place, context);
  if (field.fieldKind === "map") return checkMap(field, rules, place, context);
  return checkElement(field, rules, "v", [], place, context);
}

function checkList(
  field: DescField & { fieldKind: "list" },
  rules: FieldRules | undefined,
  place: Place,
  context: CheckContext,
): string[] {
  const node = { ...fieldNode(field, "v", context.target), code: "v" };
  const path: RulePath = [pathElement(context.reader.fieldRulesDesc.field.repeated!)];
  const own = rulesFor(rules, "repeated", field);
  const items = (own as { items?: FieldRules } | undefined)?.items;
  const lines = [
    ...fieldExpressions(rules, node, [], place, context),
    ...(own === undefined ? [] : typeRules(own, node, path, place, context)),
  ];
  if (items?.ignore === Ignore.Always) return lines;
  const inner: RulePath =
    own === undefined ? [] : [...path, pathElement(context.reader.descriptorOf(own).field.items!)];
  const body = guarded(
    field,
    items,
    "e",
    checkElement(field, items, "e", inner, { ...place, field: "undefined" }, context),
    context,
  );
  if (body.length === 0) return lines;
  return [
    ...lines,
    "for (let i = 0; i < v.length; i++) {",
    ...indent([
      `const e = ${bare(elementNode(fieldValue(field, context.target.fields), "v[i]«!»", context.target).code)}, n = c.violations.length;`,
      ...body,
      `if (c.violations.length > n) c.at(n, ${place.field}, i);`,
    ]),
    "}",
  ];
}

function checkMap(
  field: DescField & { fieldKind: "map" },
  rules: FieldRules | undefined,
  place: Place,
  context: CheckContext,
): string[] {
  const { target, reader } = context;
  const node = { ...fieldNode(field, "v", target), code: "v" };
  const path: RulePath = [pathElement(reader.fieldRulesDesc.field.map!)];
  const own = rulesFor(rules, "map", field);
  const { keys, values } = (own ?? {}) as { keys?: FieldRules; values?: FieldRules };
  const lines = [
    ...fieldExpressions(rules, node, [], place, context),
    ...(own === undefined ? [] : typeRules(own, node, path, place, context)),
  ];
  const inner = (name: string): RulePath =>
    own === undefined ? [] : [...path, pathElement(reader.descriptorOf(own).field[name]!)];
  const inside: Place = { field: "undefined", isKey: false };
  const key = { ...keyNode(field.mapKey, "s"), code: "k" };
  const keyLines =
    keys === undefined || keys.ignore === Ignore.Always
      ? []
      : unlessZero(
          keys,
          key,
          checkScalar(key, field.mapKey, keys, inner("keys"), { ...inside, isKey: true }, field, context),
          context,
        );
  const valueLines =
    values?.ignore === Ignore.Always
      ? []
      : guarded(field, values, "e", checkElement(field, values, "e", inner("values"), inside, context), context);
  if (keyLines.length + valueLines.length === 0) return lines;
  const isNumber = scalars.get(field.mapKey)!.ts === "number";
  const element = elementNode(fieldValue(field, target.fields), `v[${isNumber ? "k" : "s"}]«!»`, target).code;
  return [
    ...lines,
    "for (const s of Object.keys(v)) {",
    ...indent([
      `const k = ${keyNode(field.mapKey, "s").code}, ${valueLines.length > 0 ? `e = ${element}, ` : ""}n = c.violations.length;`,
      ...keyLines,
      ...valueLines,
      `if (c.violations.length > n) c.atKey(n, ${place.field}, k, ${field.mapKey}, ${valueTypeOf(field)});`,
    ]),
    "}",
  ];
}

/** Leaves out items and values that are zero, if their rules say so. A message has no zero value. */
function guarded(
  field: DescField,
  rules: FieldRules | undefined,
  code: string,
  lines: string[],
  context: CheckContext,
): string[] {
  const value = fieldValue(field, context.target.fields);
  if (value.kind === "message" || rules === undefined) return lines;
  const zero = value.kind === "enum" ? value.enum.values[0]!.number : undefined;
  return unlessZero(rules, { ...elementNode(value, code, context.target), code }, lines, context, zero);
}

function unlessZero(
  rules: FieldRules,
  node: Node,
  lines: string[],
  { target }: CheckContext,
  zero = zeroOf(node.type),
): string[] {
  if (rules.ignore !== Ignore.IfZeroValue || lines.length === 0) return lines;
  const test = node.type.kind === "bytes" ? `${node.code}.length > 0` : `${node.code} !== ${target.constant(zero)}`;
  return [`if (${test}) {`, ...indent(lines), "}"];
}

/** The checks of an element of a field. `path` leads to its rules. */
function checkElement(
  field: DescField,
  rules: FieldRules | undefined,
  code: string,
  path: RulePath,
  place: Place,
  context: CheckContext,
): string[] {
  const value = fieldValue(field, context.target.fields);
  const node: Node = { ...elementNode(value, code, context.target), code };
  if (value.kind === "scalar")
    return rules === undefined ? [] : checkScalar(node, field.scalar!, rules, path, place, field, context);
  if (value.kind === "enum")
    return rules === undefined ? [] : checkEnum(value, node, rules, path, place, field, context);
  return checkMessage(value, node, rules, path, place, field, context);
}

function checkScalar(
  node: Node,
  scalar: ScalarType,
  rules: FieldRules,
  path: RulePath,
  place: Place,
  field: DescField,
  context: CheckContext,
): string[] {
  const own = rulesFor(rules, scalars.get(scalar)!.proto, field);
  return [
    ...fieldExpressions(rules, node, path, place, context),
    ...(own === undefined ? [] : typeRules(own, node, [...path, caseElement(rules, context)], place, context)),
  ];
}

function checkEnum(
  value: FieldValue & { kind: "enum" },
  node: Node,
  rules: FieldRules,
  path: RulePath,
  place: Place,
  field: DescField,
  context: CheckContext,
): string[] {
  const own = rulesFor(rules, "enum", field);
  const lines = fieldExpressions(rules, node, path, place, context);
  if (own === undefined) return lines;
  const inner = [...path, caseElement(rules, context)];
  return [
    ...lines,
    ...definedOnly(value, node, own, inner, place, context),
    ...typeRules(own, node, inner, place, context),
  ];
}

/** EnumRules.defined_only has no expression. */
function definedOnly(
  value: FieldValue & { kind: "enum" },
  node: Node,
  rules: TypeRules,
  path: RulePath,
  place: Place,
  { target, reader }: CheckContext,
): string[] {
  if (!(rules as { definedOnly?: boolean }).definedOnly) return [];
  const numbers = [...new Set(value.enum.values.map(({ number }) => number))].sort((a, b) => a - b);
  const rule = [...path, pathElement(reader.descriptorOf(rules).field.definedOnly!)];
  return [
    `if (!(${rangesCode(numbers, node.code)})) ` +
      violation(place, rule, "enum.defined_only", literal("value must be one of the defined enum values"), target),
  ];
}

/** Whether a value is among sorted numbers: by their ranges, where they are few. */
function rangesCode(numbers: readonly number[], code: string): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const previous = ranges.at(-1);
    if (previous !== undefined && number === previous[1] + 1) previous[1] = number;
    else ranges.push([number, number]);
  }
  return ranges
    .map(([from, to]) =>
      from === to ? `${code} === ${from}` : `(${code} >= ${from} && ${code} <= ${to} && Number.isInteger(${code}))`,
    )
    .join(" || ");
}

/** The names of rules for the well-known types, by the type. */
const wellKnownRules: Readonly<Record<string, string>> = {
  "google.protobuf.Any": "any",
  "google.protobuf.Duration": "duration",
  "google.protobuf.Timestamp": "timestamp",
  "google.protobuf.FieldMask": "fieldMask",
};

function checkMessage(
  value: FieldValue & { kind: "message" },
  node: Node,
  rules: FieldRules | undefined,
  path: RulePath,
  place: Place,
  field: DescField,
  context: CheckContext,
): string[] {
  const { message } = value;
  const lines = [...fieldExpressions(rules, node, path, place, context), ...checkNested(message, node, place, context)];
  const isWrapper = isWrapperDesc(message);
  const name = isWrapper ? scalars.get(message.fields[0]!.scalar!)!.proto : own(wellKnownRules, message.typeName);
  const given = rulesFor(rules, name, field);
  if (given === undefined) return lines;
  const inner = [...path, caseElement(rules!, context)];
  const any = message.typeName === "google.protobuf.Any" ? anyRules(node, given, inner, place, context) : [];
  return [...lines, ...any, ...typeRules(given, node, inner, place, context)];
}

function checkNested(message: DescMessage, node: Node, place: Place, { check }: CheckContext): string[] {
  const name = check(message);
  if (name === undefined) return [];
  if (place.field === "undefined") return [`${name}(${node.code}, c);`];
  return [
    "const n = c.violations.length;",
    `${name}(${node.code}, c);`,
    `if (c.violations.length > n) c.under(n, ${place.field});`,
  ];
}

/** AnyRules.in and not_in have no expressions. */
function anyRules(
  node: Node,
  rules: TypeRules,
  path: RulePath,
  place: Place,
  { target, reader }: CheckContext,
): string[] {
  const desc = reader.descriptorOf(rules);
  const row = (name: "in" | "notIn", text: string): string[] => {
    const urls = (rules as unknown as Partial<Record<string, readonly string[]>>)[name] ?? [];
    if (urls.length === 0) return [];
    const found = `${target.constant(urls)}.includes(${node.code}.typeUrl)`;
    const rule = [...path, pathElement(desc.field[name]!)];
    const id = name === "in" ? "any.in" : "any.not_in";
    return [`if (${name === "in" ? "!" : ""}${found}) ${violation(place, rule, id, literal(text), target)}`];
  };
  return [
    ...row("in", "type URL must be in the allow list"),
    ...row("notIn", "type URL must not be in the block list"),
  ];
}

/** FieldRules.cel and cel_expression */
function fieldExpressions(
  rules: FieldRules | undefined,
  node: Node,
  path: RulePath,
  place: Place,
  context: CheckContext,
): string[] {
  const { cel, celExpression } = context.reader.fieldRulesDesc.field;
  return [
    ...(rules?.cel ?? []).flatMap((rule, i) =>
      context.expressions.emit(rule, node, place, [...path, pathElement(cel!, i)]),
    ),
    ...(rules?.celExpression ?? []).flatMap((text, i) =>
      context.expressions.emit({ id: text, message: "", expression: text }, node, place, [
        ...path,
        pathElement(celExpression!, i),
      ]),
    ),
  ];
}

/** The rules for a type: each that is set by its expressions, with what they refer to known. */
function typeRules(rules: TypeRules, node: Node, path: RulePath, place: Place, context: CheckContext): string[] {
  return [...context.reader.predefinedRules(rules)].flatMap((predefined) => {
    if ("unknown" in predefined) {
      throw new InvalidExpression(
        `unknown extension ${predefined.unknown} of ${rules.$typeName}: import the file that declares it`,
      );
    }
    const { field, cel } = predefined;
    const bindings = context.expressions.bindings(rules, predefined);
    return cel.flatMap((rule) => context.expressions.emit(rule, node, place, [...path, pathElement(field)], bindings));
  });
}

/** The rules for a type. Throws if they are for another one. */
function rulesFor(rules: FieldRules | undefined, name: string | undefined, field: DescField): TypeRules | undefined {
  if (rules === undefined || rules.type.case === undefined) return undefined;
  if (rules.type.case === name) return rules.type.value;
  const expected = name === undefined ? "has no rules of its own" : `takes "${name}" rules`;
  throw new InvalidExpression(
    `"${rules.type.case}" rules are for another type: ${field.parent.typeName}.${field.name} ${expected}`,
  );
}

function caseElement(rules: FieldRules, { reader }: CheckContext): RulePath[number] {
  return pathElement(reader.fieldRulesDesc.field[rules.type.case!]!);
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
