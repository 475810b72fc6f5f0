/** Whether a value is an object of no built-in class. Those of the program's own classes may have the fields. */
export function isFields(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return isPlain(value) || tagOf.call(value) === "[object Object]";
}

const tagOf = Object.prototype.toString;

/** Whether it is an object literal, or one that was made like it. */
export function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** An inherited property, such as the function `toLocaleString`, is not the value of a field with that name. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the property is
export function ownValue(object: Readonly<Record<string, any>>, key: string): any {
  return key in Object.prototype && !Object.hasOwn(object, key) ? undefined : object[key];
}
