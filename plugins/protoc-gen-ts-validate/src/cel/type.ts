import type { DescMessage } from "@bufbuild/protobuf";

/** The type of an expression, and the form in which its value is held at run time. */
export type Type =
  | { readonly kind: "bool" | "string" | "bytes" | "double" | "null" | "timestamp" | "duration" }
  | IntegerType
  | { readonly kind: "message"; readonly desc: DescMessage; readonly mayBeUnset: boolean }
  /** The value of a wrapper message, or undefined for null. */
  | { readonly kind: "wrapper"; readonly of: Type }
  | { readonly kind: "list"; readonly item: Stored }
  | { readonly kind: "map"; readonly key: (code: string) => Node; readonly value: Stored }
  /** A type that only the value at run time tells. */
  | { readonly kind: "dynamic"; readonly name: string };

export interface IntegerType {
  readonly kind: "int" | "uint";
  /** A number if its magnitude is known to stay safe, otherwise a bigint. */
  readonly rep: "number" | "bigint";
  /** For numbers: the largest magnitude. */
  readonly max: number;
  readonly isNatural: boolean;
}

/** How an item of a list or a value of a map becomes an operand. */
export type Stored = (code: string) => Node;

/** A compiled expression. */
export interface Node {
  readonly type: Type;
  readonly code: string;
  /** Whether its evaluation can fail. */
  readonly throws: boolean;
  /** The value, if it is known now. */
  readonly constant?: Constant;
  /** The parts of `condition ? a : b`. */
  readonly choice?: { readonly condition: Node; readonly whenTrue: Node; readonly whenFalse: Node };
}

/** A value that is known when code is generated. */
export type Constant =
  | boolean
  | string
  | number
  | bigint
  | null
  | Uint8Array
  | readonly Constant[]
  | { readonly seconds: bigint; readonly nanos: number };

export function int(max: number, isNatural = false): IntegerType {
  return { kind: "int", rep: "number", max, isNatural };
}

export function uint(max: number): IntegerType {
  return { kind: "uint", rep: "number", max, isNatural: true };
}

export const int64: IntegerType = { kind: "int", rep: "bigint", max: 0, isNatural: false };
export const uint64: IntegerType = { kind: "uint", rep: "bigint", max: 0, isNatural: true };
export const bool: Type = { kind: "bool" };
export const string: Type = { kind: "string" };
export const bytes: Type = { kind: "bytes" };
export const double: Type = { kind: "double" };

export function isInteger(type: Type): type is IntegerType {
  return type.kind === "int" || type.kind === "uint";
}

export function isNumeric(type: Type): boolean {
  return isInteger(type) || type.kind === "double";
}

/** The name of a type in messages. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "message":
      return type.desc.typeName;
    case "wrapper":
      return `wrapper(${typeName(type.of)})`;
    case "dynamic":
      return type.name;
    default:
      return type.kind;
  }
}
