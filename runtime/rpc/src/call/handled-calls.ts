import { handledCalls } from "#platform";
import type { Inherited } from "./context.js";

let hasClients = false;

/**
 * Announces that a client will ask for the handled call. Until then, servers do not track it: following it through
 * every promise costs a third of a small call in Node 20 (bench: small, unary).
 */
export function followHandledCalls(): void {
  hasClients = true;
}

/** The call that the current code is handling, if any. */
export function handledCall(): Inherited | undefined {
  return handledCalls.getStore();
}

/** Runs a function in which `handledCall` returns this call. */
export function whileHandling(call: Inherited, work: () => void): void {
  if (hasClients) handledCalls.run(call, work);
  else work();
}
