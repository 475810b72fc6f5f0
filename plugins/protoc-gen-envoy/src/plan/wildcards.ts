/** `shop.v1.Orders`, `shop.v1.*`, `shop.*`, `*`: the names that mean a service, the nearest first. */
export function wildcardsOf(name: string): string[] {
  const parts = name.split(".");
  const packages = parts.slice(1).map((_, i) => `${parts.slice(0, parts.length - 1 - i).join(".")}.*`);
  return [name, ...packages, "*"];
}
