const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A time of the control plane in the reader's own time zone. */
export function Time({ at }: { readonly at: string | undefined }) {
  if (at === undefined) return null;
  return <time dateTime={at}>{format.format(new Date(at))}</time>;
}
