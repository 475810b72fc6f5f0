import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { getExtension, hasExtension } from "@protoloom/protobuf";
import { Any, type FieldOptions, type MessageOptions, type OneofOptions } from "@protoloom/protobuf/wkt";
import { disabled, FieldRules, required, rules as rulesExtension } from "../gen/validate/validate_pb.js";
import { type Constraint, constraintsOf, requires } from "./rules.js";

/** A violation: the path of the field, the broken rule, and the expected and actual values. */
export interface Violation {
  /** `static_resources.listeners[0].name`. The fields of an Any follow its type in parentheses. */
  readonly path: string;
  /** `string.min_len`, `message.required`, `oneof.required`, `deprecated`, `any.unknown_type`. */
  readonly rule: string;
  /** The expectation, and the value that was found. */
  readonly text: string;
}

/** A message type that may be packed into an Any. */
export interface MessageType {
  /** The descriptor, which has the rules of the fields. */
  readonly schema: DescMessage;
  /** Decodes a message of the type, such as one inside an Any. */
  fromBinary(bytes: Uint8Array): object;
}

/**
 * Checks a message and all messages in it, including those in an Any, against the rules that their API declares. The use of
 * deprecated fields and enum values is a violation too.
 *
 * @example
 * const violations = checkMessage(ClusterSchema, new Cluster({ name: "" }), messageTypes);
 * for (const { path, rule, text } of violations) console.log(`${path}: ${rule}: ${text}`);
 */
export function checkMessage(
  schema: DescMessage,
  message: object,
  types: ReadonlyMap<string, MessageType>,
): Violation[] {
  const found: Violation[] = [];
  walk(schema, message as Message, "", { types, found });
  return found;
}

type Message = Record<string, unknown>;

interface Walk {
  readonly types: ReadonlyMap<string, MessageType>;
  readonly found: Violation[];
}

function walk(schema: DescMessage, message: Message, path: string, to: Walk): void {
  if (schema.typeName === Any.typeName) {
    walkAny(message as unknown as Any, path, to);
    return;
  }
  const plan = planOf(schema);
  for (const { name, localName } of plan.requiredOneofs) {
    if ((message[localName] as { case?: string }).case !== undefined) continue;
    to.found.push({ path: path + name, rule: "oneof.required", text: "expected one of its fields, got none" });
  }
  for (const field of plan.fields) {
    const value = field.get(message);
    if (value === undefined) {
      if (field.isRequired) {
        to.found.push({ path: path + field.name, rule: "message.required", text: "expected a value, got none" });
      }
      continue;
    }
    field.check(value, path + field.name, to);
  }
}

function walkAny(any: Any, path: string, to: Walk): void {
  const name = any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1);
  const type = to.types.get(name);
  const at = path.endsWith(".") ? path.slice(0, -1) : path;
  if (type === undefined) {
    to.found.push({ path: at, rule: "any.unknown_type", text: `expected a known type, got ${JSON.stringify(name)}` });
  } else {
    walk(type.schema, type.fromBinary(any.value) as Message, `${at}.(${name}).`, to);
  }
}

/** The checks of a message type, prepared when its first message is checked. */
interface Plan {
  readonly requiredOneofs: readonly DescOneof[];
  readonly fields: readonly FieldPlan[];
}

interface FieldPlan {
  readonly name: string;
  readonly isRequired: boolean;
  /** The value, or undefined if the field is not set. */
  get(message: Message): unknown;
  check(value: unknown, path: string, to: Walk): void;
}

const plans = new WeakMap<DescMessage, Plan>();

function planOf(schema: DescMessage): Plan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const options = schema.proto.options;
  const isDisabled = options !== undefined && getExtension(options as MessageOptions, disabled);
  const plan: Plan = {
    requiredOneofs: isDisabled ? [] : schema.oneofs.filter(isRequiredOneof),
    fields: schema.fields.map((field) => planField(field, isDisabled)),
  };
  plans.set(schema, plan);
  return plan;
}

function isRequiredOneof(oneof: DescOneof): boolean {
  const options = oneof.proto.options;
  return options !== undefined && getExtension(options as OneofOptions, required) === true;
}

function planField(field: DescField, isDisabled: boolean): FieldPlan {
  const rules = (isDisabled ? undefined : rulesOf(field)) ?? new FieldRules();
  const { name } = field;
  const own = field.proto.options?.deprecated === true ? [deprecated] : [];
  const check = checkOf(field, rules, rules.message?.skip === true);
  return {
    name,
    isRequired: field.oneof === undefined && requires(rules), // another member of the oneof may be set instead
    get: getter(field),
    check(value, path, to) {
      if (own.length > 0 && isSet(field, value)) report(own, value, path, to);
      check(value, path, to);
    },
  };
}

/** Whether a field is set. Lists, maps and fields without presence count as set if they are not empty. */
function isSet({ fieldKind, presence }: DescField, value: unknown): boolean {
  if (fieldKind === "list" || fieldKind === "map") return Object.keys(value as object).length > 0;
  return presence !== IMPLICIT || !(value === false || value === 0 || value === 0n || value === "");
}

const deprecated: Constraint = { rule: "deprecated", broken: () => "expected another field: this one is deprecated" };

function rulesOf({ proto: { options } }: DescField): FieldRules | undefined {
  if (options === undefined || !hasExtension(options as FieldOptions, rulesExtension)) return undefined;
  return getExtension(options as FieldOptions, rulesExtension);
}

function getter({ oneof, localName }: DescField): FieldPlan["get"] {
  if (oneof === undefined) return (message) => message[localName];
  return (message) => {
    const { case: name, value } = message[oneof.localName] as { case?: string; value?: unknown };
    return name === localName ? value : undefined;
  };
}

type Check = (value: never, path: string, to: Walk) => void;

function checkOf(
  field: DescField,
  rules: FieldRules,
  isSkipped: boolean,
): (v: unknown, path: string, to: Walk) => void {
  const constraints = constraintsOf(rules, field.enum);
  const limits = rules.type.value as { items?: FieldRules; keys?: FieldRules; values?: FieldRules } | undefined;
  const inner = elementCheck(field, isSkipped);
  const kinds: Record<string, Check> = {
    list(list: readonly unknown[], path, to) {
      report(constraints, list, path, to);
      list.forEach((each, i) => {
        report(elements, each, `${path}[${i}]`, to);
        inner(each, `${path}[${i}]`, to);
      });
    },
    map(map: Record<string, unknown>, path, to) {
      report(constraints, map, path, to);
      for (const [key, value] of Object.entries(map)) {
        const at = `${path}[${JSON.stringify(key)}]`;
        report(keys, key, at, to);
        report(values, value, at, to);
        inner(value, at, to);
      }
    },
    single(value: unknown, path, to) {
      report(constraints, value, path, to);
      inner(value, path, to);
    },
  };
  const elements = limits?.items ? constraintsOf(limits.items, field.enum) : [];
  const keys = limits?.keys ? constraintsOf(limits.keys, undefined) : [];
  const values = limits?.values ? constraintsOf(limits.values, field.enum) : [];
  return (kinds[field.fieldKind] ?? kinds.single) as Check as (v: unknown, path: string, to: Walk) => void;
}

/** The checks of every list element, map value and single value, independent of the rules. */
function elementCheck(field: DescField, isSkipped: boolean): (value: unknown, path: string, to: Walk) => void {
  const { message: schema, enum: enumeration } = field;
  if (schema !== undefined && !isSkipped) {
    // protobuf-es stores the values of wrappers and of Struct without a message
    return (value, path, to) => {
      if (isMessage(value)) walk(schema, value, `${path}.`, to);
    };
  }
  const old = enumeration?.values.filter(({ proto }) => proto.options?.deprecated === true) ?? [];
  if (old.length === 0) return () => {};
  return (value, path, to) => {
    const match = old.find(({ number }) => number === value);
    if (match === undefined || !isSet(field, value)) return;
    to.found.push({ path, rule: "deprecated", text: `expected another value: ${match.name} is deprecated` });
  };
}

/** FeatureSet.FieldPresence.IMPLICIT. */
const IMPLICIT = 2;

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "$typeName" in value;
}

function report(constraints: readonly Constraint[], value: unknown, path: string, to: Walk): void {
  for (const { rule, broken } of constraints) {
    const expected = broken(value);
    if (expected !== undefined) to.found.push({ path, rule, text: `${expected}${got(value)}` });
  }
}

function got(value: unknown): string {
  if (typeof value === "string") return `, got ${JSON.stringify(value.slice(0, 100))}`;
  return typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" ? `, got ${value}` : "";
}
