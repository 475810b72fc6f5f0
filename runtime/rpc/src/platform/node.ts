import { AsyncLocalStorage } from "node:async_hooks";
import type { Inherited } from "../call/context.js";
import type { CallHandler, Listener, ListenOptions } from "../transport/listener.js";
import type { Storage } from "./storage.js";

// What only Node has, and what is like it. Imported as "#platform": package.json says where it is ./elsewhere.ts.

export const handledCalls: Storage<Inherited> = new AsyncLocalStorage<Inherited>();

export async function listen(handler: CallHandler, address: string, options: ListenOptions): Promise<Listener> {
  const { listenHttp2 } = await import("../node-http2/listen.js"); // so that in-memory servers do without HTTP/2
  return listenHttp2(handler, address, options);
}
