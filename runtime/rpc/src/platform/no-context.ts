import type { Inherited } from "../call/context.js";
import type { KeptContext, Storage } from "./storage.js";

// Browsers and Workers, which have no handled call to inherit from.

export const handledCalls: Storage<Inherited> = {
  run: (_, work, of) => work(of),
  enterWith() {},
  getStore: () => undefined,
};

export const isStorageCheap = false;

export const keepContext: () => KeptContext = () => ({ run: (work, of) => work.call(of) });
