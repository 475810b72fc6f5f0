import { fail } from "../../error.js";
import { describeJson, type JsonValue } from "../value.js";

/** The JSON text of a bool. */
export function writeBool(v: boolean): string {
  if (v === true) return "true";
  if (v === false) return "false";
  return fail(`expected bool, got ${describeJson(v)}`);
}

/** A bool; ProtoJSON accepts no string or number for it. */
export function readBool(v: JsonValue): boolean {
  return typeof v === "boolean" ? v : fail(`expected bool, got ${describeJson(v)}`);
}

/** A map key of type bool. */
export function readBoolKey(key: string): "true" | "false" {
  return key === "true" || key === "false" ? key : fail(`expected bool, got ${describeJson(key)}`);
}
