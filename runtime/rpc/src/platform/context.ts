import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { Inherited } from "../call/context.js";
import type { KeptContext, Storage } from "./storage.js";

// The asynchronous context of Node and compatible platforms. Imported as "#context", which package.json maps to this file
// or ./no-context.ts.

export const handledCalls: Storage<Inherited> = new AsyncLocalStorage<Inherited>();

/** From Node 24 on, following a call through every promise costs a tenth of what it did. */
export const isStorageCheap: boolean = Number.parseInt(process.versions.node, 10) >= 24;

class Context extends AsyncResource implements KeptContext {
  run<T, R>(work: (this: T) => R, of: T): R {
    return this.runInAsyncScope(work, of);
  }
}

/** Takes hold of the present asynchronous context. */
export const keepContext: () => KeptContext = () => new Context("protoloom");
