import { type AnyMessage, infoOf } from "./message-info.js";
import { isPlain } from "./object.js";

/**
 * Whether two messages have the same type and equal fields: NaN equals NaN, 0 equals -0, and an unset field differs
 * from one set to its default. Unknown fields are not compared (they have no canonical order).
 */
export function equals(a: AnyMessage, b: unknown): boolean {
  if (typeof b !== "object" || b === null || a.$typeName !== (b as AnyMessage).$typeName) return false;
  try {
    return equalObjects(a, b);
  } catch (e) {
    const info = infoOf(a);
    throw info.explain(e, a, info, "compare");
  }
}

/** Whether two values of a field are equal. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return equalPrimitives(a, b);
  if (ArrayBuffer.isView(a)) return ArrayBuffer.isView(b) && equalLists(a as Uint8Array, b as Uint8Array);
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  return equalObjects(a, b);
}

/** A protobuf-es message has a bigint where ours may have a number or a string (jstype, option int64). */
function equalPrimitives(a: unknown, b: unknown): boolean {
  if (typeof a === "bigint" || typeof b === "bigint") return String(a) === String(b);
  return Number.isNaN(a) && Number.isNaN(b);
}

function equalLists(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !equalValues(a[i], b[i])) return false;
  return true;
}

/** An object of a class that says how values of its fields are compared, if they may be times that are no messages. */
interface Compared {
  readonly constructor?: { readonly $equals?: typeof equalValues };
}

/** Messages, oneofs, maps, JSON objects. An undefined property equals an absent one. */
export function equalObjects(
  a: object,
  b: object,
  equal: typeof equalValues = (!isPlain(a) && (a as Compared).constructor?.$equals) || equalValues,
): boolean {
  if (Object.keys(b).some((key) => get(a, key) === undefined && get(b, key) !== undefined)) return false;
  return Object.keys(a).every((key) => equal(get(a, key), get(b, key)));
}

/** The own value of a property that is compared. */
function get(object: object, key: string): unknown {
  return key !== "$unknown" && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}
