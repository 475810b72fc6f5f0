/** The value of a oneof if it holds the given member. */
export function oneofValue<
  O extends { readonly case: string | undefined; readonly value?: unknown },
  C extends O["case"],
>(oneof: O | undefined, member: C): Extract<O, { readonly case: C }>["value"] | undefined {
  return oneof?.case === member ? (oneof.value as Extract<O, { readonly case: C }>["value"]) : undefined;
}
