export function scaffold(
  kind: string | undefined,
  name: string | undefined,
  read: (path: string) => string | undefined,
): { readonly texts: ReadonlyMap<string, string>; readonly next: readonly string[] };
