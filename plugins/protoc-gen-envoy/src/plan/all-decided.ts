import type { AllDecided } from "@protoloom/envoy";
import type { Reader } from "../input/shape.js";
import { byDefault, decided } from "./policy.js";

export const AT_EDGE = "profile: edge, as Envoy's best practices for the edge have it";

/** Each value of an object of the deployment file with its line. What is not set is left to Envoy. */
export function allDecided<T extends object>(
  spec: T | undefined,
  keys: readonly (keyof T & string)[],
  places: Reader,
): AllDecided<T> {
  const entries = keys.map((key) => {
    const value = spec?.[key];
    return [
      key,
      value === undefined ? byDefault(undefined, "Envoy's own default") : decided(value, places.place(spec!, key)),
    ];
  });
  return Object.fromEntries(entries) as AllDecided<T>;
}

/** Fills in what nobody has set. */
export function withDefaults<T extends object>(all: AllDecided<T>, values: Partial<T>, why: string): AllDecided<T> {
  const isUnset = (key: string): boolean => all[key as keyof T].value === undefined;
  const added = Object.entries(values).filter(([key]) => isUnset(key));
  return { ...all, ...Object.fromEntries(added.map(([key, value]) => [key, byDefault(value, why)])) };
}
