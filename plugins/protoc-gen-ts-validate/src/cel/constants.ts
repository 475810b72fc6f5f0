import {
  type CelEnv,
  type CelInput,
  CelScalar,
  celEnv,
  celFromScalar,
  celFunc,
  isCelError,
  isCelList,
  isCelUint,
  plan,
} from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import type { DescExtension, DescField, Message, Registry } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { Target } from "./target.js";
import {
  bool,
  bytes,
  type Constant,
  double,
  type IntegerType,
  int,
  int64,
  isInteger,
  type Node,
  string,
  type Type,
  uint,
  uint64,
} from "./type.js";

/** The variables of predefined rules: the message of rules, and the value of the rule itself. */
export type Bindings = Readonly<Record<"rules" | "rule", CelInput | undefined>>;

/** Evaluates expressions that depend on nothing but the schema, with the official interpreter. */
export class Constants {
  private readonly env: CelEnv;

  constructor(registry: Registry) {
    this.env = celEnv({ registry, funcs: [...strings, getField] });
  }

  /** The value of an expression as an operand. Undefined if it fails, or is no value that code can hold. */
  evaluate(expr: Expr, bindings: Bindings, target: Target): Node | undefined {
    const known = Object.entries(bindings).filter(([, value]) => value !== undefined);
    const result = plan(this.env, expr)(Object.fromEntries(known) as Record<string, CelInput>);
    return isCelError(result) ? undefined : nodeOf(result, target);
  }
}

/** `getField(message, name)` of protovalidate: for fields whose names are keywords of CEL, such as `const` and `in`. */
const getField = celFunc("getField", [CelScalar.DYN, CelScalar.STRING], CelScalar.DYN, (message, name) => {
  if (!isReflectMessage(message)) throw new Error("getField can only be applied to messages");
  const field = message.fields.find((each) => each.name === name);
  if (field === undefined) throw new Error(`field ${name} not found on ${message.desc}`);
  const value = message.get(field) as CelInput;
  if (field.fieldKind === "scalar") return celFromScalar(field.scalar, value as never);
  return field.fieldKind === "enum" ? BigInt(value as number) : value;
});

function nodeOf(value: unknown, target: Target): Node | undefined {
  const known = constantOf(value);
  return known === undefined ? undefined : constantNode(known.value, known.type, target);
}

/** An operand whose value is known. */
export function constantNode(value: Constant, type: Type, target: Target): Node {
  return { type, code: target.constant(value), throws: false, constant: value };
}

interface Known {
  readonly value: Constant;
  readonly type: Type;
}

function constantOf(value: unknown): Known | undefined {
  if (typeof value === "boolean") return { value, type: bool };
  if (typeof value === "string") return { value, type: string };
  if (typeof value === "number") return { value, type: double };
  if (typeof value === "bigint") return integer(value, "int");
  if (value === null) return { value, type: { kind: "null" } };
  if (value instanceof Uint8Array) return { value, type: bytes };
  if (isCelUint(value)) return integer(value.value, "uint");
  if (isCelList(value)) return list([...value].map(constantOf));
  if (isReflectMessage(value)) return timeOf(value.message, value.desc.typeName);
  const { $typeName } = value as Message;
  return typeof $typeName === "string" ? timeOf(value as Message, $typeName) : undefined;
}

function integer(value: bigint, kind: "int" | "uint"): Known {
  const isSafe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  if (!isSafe) return { value, type: kind === "int" ? int64 : uint64 };
  const max = Number(value < 0n ? -value : value);
  return { value: Number(value), type: kind === "int" ? int(max, value >= 0n) : uint(max) };
}

/** A list whose items have one type. Integers are numbers if all of them are safe. */
function list(items: readonly (Known | undefined)[]): Known | undefined {
  if (items.some((item) => item === undefined)) return undefined;
  const known = items as readonly Known[];
  const types = known.map(({ type }) => type);
  const first = types[0] ?? string;
  if (types.some(({ kind }) => kind !== first.kind)) return undefined;
  const integers = types.filter(isInteger);
  const isBig = integers.some(({ rep }) => rep === "bigint");
  const type = integers.length === 0 ? first : isBig ? (first.kind === "int" ? int64 : uint64) : widest(integers);
  return {
    value: known.map(({ value }) => (isBig ? BigInt(value as number | bigint) : value)),
    type: { kind: "list", item: (code) => ({ type, code, throws: false }) },
  };
}

/** The type that holds the integers of all of these types. */
export function widest(types: readonly IntegerType[]): IntegerType {
  return {
    ...types[0]!,
    max: Math.max(...types.map(({ max }) => max)),
    isNatural: types.every(({ isNatural }) => isNatural),
  };
}

function timeOf(message: Message | ReflectMessage["message"], typeName: string): Known | undefined {
  const kind = typeName === "google.protobuf.Timestamp" ? "timestamp" : "duration";
  if (kind === "duration" && typeName !== "google.protobuf.Duration") return undefined;
  const { seconds, nanos } = message as unknown as { seconds: bigint; nanos: number };
  return { value: { seconds, nanos }, type: { kind } };
}

/** An element of a field as CEL holds it. */
export function celElement(field: DescField | DescExtension, value: unknown): CelInput {
  if (field.scalar !== undefined) return celFromScalar(field.scalar, value as never) as CelInput;
  return (field.enum === undefined ? value : BigInt(value as number)) as CelInput;
}
