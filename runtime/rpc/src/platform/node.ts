import { AsyncLocalStorage } from "node:async_hooks";
import type { Inherited } from "../call/context.js";
import type { CallHandler, Listener, ListenOptions } from "../transport/listener.js";
import type { Storage } from "./storage.js";

// APIs that only Node and compatible platforms have. Imported as "#platform", which package.json maps to this file or
// ./elsewhere.ts.

export const handledCalls: Storage<Inherited> = new AsyncLocalStorage<Inherited>();

export async function listen(handler: CallHandler, address: string, options: ListenOptions): Promise<Listener> {
  const { listenHttp2 } = await import("../node-http2/listen.js"); // so that in-memory servers do not load HTTP/2
  return listenHttp2(handler, address, options);
}
