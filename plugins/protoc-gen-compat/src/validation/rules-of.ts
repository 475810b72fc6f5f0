import { type DescExtension, type DescFile, type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Rules by name, as the option nests them: { required: true, string: { min_len: 3n } }. Durations and times are nanoseconds. */
export interface Rules {
  readonly [name: string]: RuleValue;
}
export type RuleValue = bigint | number | boolean | string | Uint8Array | Rules | readonly RuleValue[];

/** The numbers of the options that hold rules: of buf.validate (protovalidate), and of validate (protoc-gen-validate). */
export const PROTOVALIDATE = 1159;
export const PROTOC_GEN_VALIDATE = 1071;
export const validationOptions: readonly number[] = [PROTOVALIDATE, PROTOC_GEN_VALIDATE];

/**
 * The rules in options, read by the schema that the file imports. Undefined without rules. `extendee` is the options' type,
 * such as google.protobuf.FieldOptions.
 */
export function rulesOf(options: Message | undefined, extendee: string, file: DescFile): Rules | undefined {
  const unknown = options?.$unknown ?? [];
  const number = validationOptions.find((each) => unknown.some(({ no }) => no === each));
  if (number === undefined) return undefined;
  const parts = unknown.filter(({ no }) => no === number);
  const extension = extensionIn(file, extendee, number);
  if (extension?.fieldKind === "scalar") return { [extension.name]: parts.at(-1)!.data[0] !== 0 }; // a flag
  const type = extension?.message;
  if (type === undefined) return { [`option ${number}`]: parts.map(({ data }) => data) };
  const bytes = parts.flatMap(({ wireType, data }) =>
    wireType === WireType.LengthDelimited ? [new BinaryReader(data).bytes()] : [],
  );
  return plain(reflect(type, fromBinary(type, Buffer.concat(bytes))));
}

/** The extension of a number in a file or one that it imports. */
function extensionIn(file: DescFile, extendee: string, number: number): DescExtension | undefined {
  const seen = new Set<DescFile>();
  const rest = [file];
  for (let each = rest.pop(); each !== undefined; each = rest.pop()) {
    if (seen.has(each)) continue;
    seen.add(each);
    const found = each.extensions.find((one) => one.number === number && one.extendee.typeName === extendee);
    if (found !== undefined) return found;
    rest.push(...each.dependencies);
  }
  return undefined;
}

const NANOS = 1_000_000_000n;

/** The set fields of a message. Rules that the schema does not know, such as predefined ones, are kept by number. */
function plain(message: ReflectMessage): Rules {
  const rules: Record<string, RuleValue> = {};
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    if (field.fieldKind === "list") rules[field.name] = [...message.get(field)].map(one);
    else if (field.fieldKind !== "map") rules[field.name] = one(message.get(field));
  }
  for (const { no, data } of message.getUnknown() ?? []) rules[`extension ${no}`] = data;
  return rules;
}

function one(value: unknown): RuleValue {
  if (!isReflected(value)) return value as RuleValue;
  const { seconds, nanos, ...others } = plain(value);
  const isTime = isTimeType(value.desc) && Object.keys(others).length === 0;
  return isTime ? BigInt(String(seconds ?? 0)) * NANOS + BigInt(String(nanos ?? 0)) : plain(value);
}

function isReflected(value: unknown): value is ReflectMessage {
  return typeof value === "object" && value !== null && "desc" in value && "isSet" in value;
}

export function isTimeType({ typeName }: DescMessage): boolean {
  return typeName === "google.protobuf.Duration" || typeName === "google.protobuf.Timestamp";
}

/** Whether two sets of rules say the same. */
export function sameRules(a: RuleValue | undefined, b: RuleValue | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: RuleValue | undefined): string {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object") return `${typeof value} ${value}`;
  const entries = Object.entries(value as Rules).sort(([x], [y]) => (x < y ? -1 : 1));
  return `{${entries.map(([name, each]) => `${name}:${canonical(each)}`).join()}}`;
}
