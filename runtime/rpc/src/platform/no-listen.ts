import type { Listener } from "../transport/listener.js";

// Browsers and Workers, which cannot listen on a port.

export async function listen(_: unknown, address: string): Promise<Listener> {
  throw new Error(`cannot listen on ${address}: only Node can; elsewhere connectRoutes(server) serves calls`);
}
