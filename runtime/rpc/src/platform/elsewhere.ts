import type { Inherited } from "../call/context.js";
import type { Listener } from "../transport/listener.js";
import type { KeptContext, Storage } from "./storage.js";

// Browsers and Workers, which cannot listen on a port and have no handled call to inherit from.

export const handledCalls: Storage<Inherited> = {
  run: (_, work, of) => work(of),
  enterWith() {},
  getStore: () => undefined,
};

export const isStorageCheap = false;

export const keepContext: () => KeptContext =
  () =>
  (work, ...args) =>
    work(...args);

export async function listen(_: unknown, address: string): Promise<Listener> {
  throw new Error(`cannot listen on ${address}: only Node can; elsewhere connectRoutes(server) serves calls`);
}
