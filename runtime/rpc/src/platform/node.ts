import { AsyncLocalStorage } from "node:async_hooks";
import type { Inherited } from "../call/context.js";
import type { CallHandler, Listener, ListenOptions } from "../transport/listener.js";
import type { KeptContext, Storage } from "./storage.js";

// APIs that only Node and compatible platforms have. Imported as "#platform", which package.json maps to this file or
// ./elsewhere.ts.

export const handledCalls: Storage<Inherited> = new AsyncLocalStorage<Inherited>();

/** From Node 24 on, following a call through every promise costs a tenth of what it did. */
export const isStorageCheap: boolean = Number.parseInt(process.versions.node, 10) >= 24;

/** Takes hold of the asynchronous context: what it returns does work in it later. */
export const keepContext: () => KeptContext = () => AsyncLocalStorage.snapshot();

export async function listen(handler: CallHandler, address: string, options: ListenOptions): Promise<Listener> {
  const { listenHttp2 } = await import("../grpc/listen.js"); // so that in-memory servers do without HTTP/2
  return listenHttp2(handler, address, options);
}
