/**
 * The names that a text contains as whole words: `orders` is not in `orders-v2`. Longer names are looked for first, as
 * `orders` is also a word of `orders/v2`.
 */
export function mentioned(text: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  let rest = text;
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    for (let at = rest.indexOf(name); at >= 0 && name !== ""; at = rest.indexOf(name, at + 1)) {
      if (isNamePart(rest[at - 1]) || isNamePart(rest[at + name.length])) continue;
      found.add(name);
      rest = `${rest.slice(0, at)}${" ".repeat(name.length)}${rest.slice(at + name.length)}`;
    }
  }
  return names.filter((name) => found.has(name));
}

function isNamePart(char: string | undefined): boolean {
  return char !== undefined && /[\w-]/.test(char);
}
