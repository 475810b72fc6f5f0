/** Defines a property that is computed on first access. */
export function defineLazily<T extends object, K extends keyof T>(object: T, key: K, make: () => T[K]): void {
  const set = (value: T[K]): void =>
    void Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  const get = (): T[K] => {
    const value = make();
    set(value);
    return value;
  };
  Object.defineProperty(object, key, { get, set, enumerable: true, configurable: true });
}
