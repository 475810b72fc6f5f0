import { isStatusError, type StatusError } from "@protoloom/rpc";

/** The StatusError that a call fails with. */
export async function failure(call: Promise<unknown> | AsyncIterable<unknown>): Promise<StatusError> {
  try {
    await (Symbol.asyncIterator in call ? collect(call) : call);
  } catch (e) {
    if (isStatusError(e)) return e;
    throw e;
  }
  throw new Error("expected the call to fail");
}

export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is true; fails, with its name, before the test would. */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  for (const end = Date.now() + 60_000; !condition(); await sleep(10))
    if (Date.now() > end) throw new Error(`${what} did not come true`);
}

/** A promise that is settled from outside. */
export function deferred<T = void>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}
