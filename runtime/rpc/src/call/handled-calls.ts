import { handledCalls, isStorageCheap as isCheap } from "#context";
import type { KeptContext } from "../platform/storage.js";
import type { Inherited } from "./context.js";

let hasClients = false;
/** The call whose handler begins right now, while it is not kept. */
let beginning: Inherited | undefined;

/**
 * Announces that a client will ask for the handled call. Until then, servers do not track it: following it through
 * every promise costs a third of a small call in Node 20 (bench: small, unary).
 */
export function followHandledCalls(): void {
  if (!hasClients && beginning !== undefined) handledCalls.enterWith(beginning); // a client that a handler makes
  hasClients = true;
}

/** The call that is being handled here, if any. What a handler began and left running is not under its deadline. */
export function handledCall(): Inherited | undefined {
  const call = handledCalls.getStore();
  return call === undefined || call.isOver ? undefined : call;
}

/** Does work in which `handledCall` finds this call. `surrounding` is the present context, where it is at hand. */
export function whileHandling<T>(
  call: Inherited,
  work: (of: T) => void,
  of: T,
  surrounding: KeptContext | undefined,
): void {
  if (surrounding !== undefined) {
    surrounding(enter<T>, call, work, of);
    return;
  }
  if (hasClients || isCheap) {
    handledCalls.run(call, work, of);
    return;
  }
  beginning = call;
  try {
    work(of);
  } finally {
    beginning = undefined;
  }
}

/** Where the context is restored anyway. `run` would make another one for that (bench:rpc, small, 128 in flight). */
function enter<T>(call: Inherited, work: (of: T) => void, of: T): void {
  handledCalls.enterWith(call);
  work(of);
}
