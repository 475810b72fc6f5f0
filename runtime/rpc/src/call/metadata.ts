/** A key with binary values (gRPC over HTTP/2, "Custom-Metadata": `Binary-Header`). */
export type BinaryKey = `${string}-bin`;

/** A value: bytes if the key ends in `-bin`, printable ASCII otherwise. */
export type MetadataValue<K extends string> = K extends BinaryKey ? Uint8Array : string;

type Values = string | Uint8Array | readonly (string | Uint8Array)[];

/** Initial metadata: `{ authorization: "Bearer …", "trace-bin": bytes }`, or other metadata. */
export type MetadataInit =
  | Metadata
  | Readonly<Record<string, Values>>
  | Iterable<readonly [string, string | Uint8Array]>;

/**
 * The headers or trailers of a call: lower-case keys, each with one or more values, in order. HTTP/2 may join several
 * text values of a key with ", " (gRPC over HTTP/2, "Custom-Metadata"); binary values stay separate. Throws a TypeError
 * for a key or value that gRPC cannot carry.
 */
export class Metadata {
  readonly #entries = new Map<string, (string | Uint8Array)[]>();

  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    if (isIterable(init)) for (const [key, value] of init) this.append(key, value as never);
    else for (const [key, values] of Object.entries(init)) this.set(key, values as never);
  }

  /** The number of keys. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether the key has a value. */
  has(key: string): boolean {
    return this.#entries.has(key.toLowerCase());
  }

  /** The first value of the key. */
  get<K extends string>(key: K): MetadataValue<K> | undefined {
    return this.#entries.get(key.toLowerCase())?.[0] as MetadataValue<K> | undefined;
  }

  /** All values of the key, in order: bytes if it ends in `-bin`, else text. Empty if there is none. */
  getAll<K extends string>(key: K): MetadataValue<K>[] {
    return [...(this.#entries.get(key.toLowerCase()) ?? [])] as MetadataValue<K>[];
  }

  /** Replaces all values of the key. */
  set<K extends string>(key: K, value: MetadataValue<K> | readonly MetadataValue<K>[]): this {
    const name = checkKey(key);
    const values: (string | Uint8Array)[] = Array.isArray(value) ? [...value] : [value as string | Uint8Array];
    this.#entries.set(
      name,
      values.map((v) => checkValue(name, v)),
    );
    return this;
  }

  /** Appends a value to those of the key. */
  append<K extends string>(key: K, value: MetadataValue<K>): this {
    const name = checkKey(key);
    const values = this.#entries.get(name);
    if (values === undefined) this.#entries.set(name, [checkValue(name, value)]);
    else values.push(checkValue(name, value));
    return this;
  }

  /** Removes all values of the key. Returns whether there were any. */
  delete(key: string): boolean {
    return this.#entries.delete(key.toLowerCase());
  }

  /** Appends all values of another metadata. */
  merge(other: Metadata): this {
    for (const [key, value] of other) this.append(key, value as never);
    return this;
  }

  /** Every key with every value; a key with two values occurs twice. */
  *[Symbol.iterator](): IterableIterator<[key: string, value: string | Uint8Array]> {
    for (const [key, values] of this.#entries) for (const value of values) yield [key, value];
  }

  /** All values by key, for logs. */
  toJSON(): Record<string, (string | Uint8Array)[]> {
    return Object.fromEntries(this.#entries);
  }
}

function isIterable(init: MetadataInit): init is Metadata | Iterable<readonly [string, string | Uint8Array]> {
  return typeof (init as Partial<Iterable<unknown>>)[Symbol.iterator] === "function";
}

const KEY = /^[0-9a-z_.-]+$/;
const ASCII_VALUE = /^[\x20-\x7e]*$/;

function checkKey(key: string): string {
  const name = key.toLowerCase();
  if (!KEY.test(name)) throw new TypeError(`invalid metadata key "${key}": expected letters, digits, "-", "_" or "."`);
  return name;
}

function checkValue(key: string, value: unknown): string | Uint8Array {
  if (key.endsWith("-bin")) {
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`invalid value of metadata "${key}": expected a Uint8Array, got ${typeof value}`);
  }
  if (typeof value !== "string")
    throw new TypeError(`invalid value of metadata "${key}": expected a string, got ${typeof value}`);
  if (!ASCII_VALUE.test(value))
    throw new TypeError(`invalid value of metadata "${key}": expected printable ASCII, got ${JSON.stringify(value)}`);
  return value;
}
