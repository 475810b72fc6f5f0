import { handledCalls } from "#platform";
import type { Inherited } from "./context.js";

let hasClients = false;

/**
 * Says that there is a client which will ask for the handled call. Until then servers do not keep it: following it through
 * every promise costs a third of a small call in Node 20 (bench: small, unary).
 */
export function followHandledCalls(): void {
  hasClients = true;
}

/** The call that is being handled here, if any. */
export function handledCall(): Inherited | undefined {
  return handledCalls.getStore();
}

/** Does work in which `handledCall` finds this call. */
export function whileHandling(call: Inherited, work: () => void): void {
  if (hasClients) handledCalls.run(call, work);
  else work();
}
