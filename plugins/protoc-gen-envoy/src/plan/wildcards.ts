/** The names that match a service, most specific first: `shop.v1.Orders`, `shop.v1.*`, `shop.*`, `*`. */
export function wildcardsOf(name: string): string[] {
  const parts = name.split(".");
  const packages = parts.slice(1).map((_, i) => `${parts.slice(0, parts.length - 1 - i).join(".")}.*`);
  return [name, ...packages, "*"];
}
