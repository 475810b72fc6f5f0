import type { Inherited } from "../call/context.js";
import type { Listener } from "../transport/listener.js";
import type { Storage } from "./storage.js";

// Browsers and Workers: no call is handled there while another is made, and no port is listened on.

export const handledCalls: Storage<Inherited> = {
  run: (_, work) => work(),
  getStore: () => undefined,
};

export async function listen(_: unknown, address: string): Promise<Listener> {
  throw new Error(`cannot listen on ${address}: only Node can; elsewhere connectRoutes(server) serves calls`);
}
