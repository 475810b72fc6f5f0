import type { Message, UnknownField } from "@bufbuild/protobuf";
import type { Claim } from "./rule.js";

/** A claim about changed custom options, except those in `told`, which have their own rules. */
export function optionClaim(
  element: string,
  previous: Message | undefined,
  next: Message | undefined,
  told: readonly number[] = [],
): Claim | undefined {
  const changed = changedOptions(previous, next).filter((number) => !told.includes(number));
  if (changed.length === 0) return undefined;
  return { text: `${element} changed custom option ${changed.join(", ")}`, expects: "safe" };
}

/** Whether a custom option, by the number of its extension, has the same value on both sides. */
export function sameOption(previous: Message | undefined, next: Message | undefined, number: number): boolean {
  return !changedOptions(previous, next).includes(number);
}

/** The numbers of the custom options that differ. No extensions are registered here, so all are unknown fields. */
export function changedOptions(previous: Message | undefined, next: Message | undefined): number[] {
  const [x, y] = [previous?.$unknown, next?.$unknown];
  if (x === undefined && y === undefined) return [];
  const isSame = (field: UnknownField, i: number): boolean =>
    field.no === y![i]!.no && field.wireType === y![i]!.wireType && Buffer.compare(field.data, y![i]!.data) === 0;
  if (x?.length === y?.length && x!.every(isSame)) return [];
  const [a, b] = [valuesOf(previous), valuesOf(next)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((number) => a.get(number) !== b.get(number))
    .sort((x, y) => x - y);
}

function valuesOf(options: Message | undefined): Map<number, string> {
  const values = new Map<number, string>();
  for (const { no, wireType, data } of options?.$unknown ?? []) {
    values.set(no, `${values.get(no) ?? ""} ${wireType}:${data.join()}`);
  }
  return values;
}
