import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { AnyField } from "../pairs.js";
import { isTimeType } from "./rules-of.js";

/** A value of a field: what it can hold, or undefined where it is not set. */
export type Example =
  | undefined
  | bigint
  | number
  | boolean
  | string
  | Uint8Array
  | readonly Example[]
  | ReadonlyMap<string | bigint | boolean, Example>
  | typeof someMessage;

/** A message whose content does not matter. */
export const someMessage: unique symbol = Symbol("message");

/** The subject of a rule: a field, the items of a list, or the keys or values of a map. */
export interface Subject {
  readonly kind:
    | "number"
    | "integer"
    | "bool"
    | "string"
    | "bytes"
    | "enum"
    | "time"
    | "any"
    | "message"
    | "list"
    | "map";
  /** The smallest and the largest integer. */
  readonly range?: readonly [min: bigint, max: bigint];
  readonly scalar?: ScalarType | undefined;
  readonly enum?: DescEnum | undefined;
  readonly message?: DescMessage | undefined;
  readonly hasPresence: boolean;
  readonly zero: Example;
  readonly key?: Subject;
  readonly item?: Subject;
}

/** Lists and maps have no presence: one that is not set is an empty one. */
export function subjectOf(field: AnyField): Subject {
  const hasPresence = field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  switch (field.fieldKind) {
    case "list":
      return { kind: "list", hasPresence: false, zero: [], item: partOf(field) };
    case "map":
      return {
        kind: "map",
        hasPresence: false,
        zero: new Map(),
        key: scalarPart(field.mapKey, false),
        item: partOf(field),
      };
    default:
      return { ...partOf(field), hasPresence };
  }
}

type Part = {
  readonly scalar?: ScalarType | undefined;
  readonly enum?: DescEnum | undefined;
  readonly message?: DescMessage | undefined;
};

function partOf({ scalar, enum: type, message }: Part): Subject {
  if (type !== undefined) return { kind: "enum", enum: type, hasPresence: false, zero: type.values[0]?.number ?? 0 };
  if (message === undefined) return scalarPart(scalar!, false);
  const kind = isTimeType(message) ? "time" : message.typeName === "google.protobuf.Any" ? "any" : "message";
  return { kind, message, hasPresence: true, zero: kind === "message" ? someMessage : kind === "time" ? 0n : "" };
}

function scalarPart(scalar: ScalarType, hasPresence: boolean): Subject {
  switch (scalar) {
    case ScalarType.BOOL:
      return { kind: "bool", scalar, hasPresence, zero: false };
    case ScalarType.STRING:
      return { kind: "string", scalar, hasPresence, zero: "" };
    case ScalarType.BYTES:
      return { kind: "bytes", scalar, hasPresence, zero: new Uint8Array(0) };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { kind: "number", scalar, hasPresence, zero: 0 };
    default: {
      const isLong = /64$/.test(ScalarType[scalar]);
      const bits = isLong ? 64n : 32n;
      const isUnsigned = [ScalarType.UINT32, ScalarType.UINT64, ScalarType.FIXED32, ScalarType.FIXED64].includes(
        scalar,
      );
      const range = isUnsigned
        ? ([0n, (1n << bits) - 1n] as const)
        : ([-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] as const);
      return { kind: "integer", scalar, range, hasPresence, zero: isLong ? 0n : 0 };
    }
  }
}
