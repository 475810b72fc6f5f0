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

/** A call that is about to be handled. */
export interface Handling {
  /** What `handledCall` finds meanwhile. */
  readonly inherited: Inherited;
  serve(): void;
}

/** Serves a call so that `handledCall` finds it. `surrounding` is the present context, where it is at hand. */
export function whileHandling(handling: Handling, surrounding: KeptContext | undefined): void {
  if (surrounding !== undefined) {
    surrounding.run(enter, handling);
    return;
  }
  if (hasClients || isCheap) {
    handledCalls.run(handling.inherited, serve, handling);
    return;
  }
  beginning = handling.inherited;
  try {
    handling.serve();
  } finally {
    beginning = undefined;
  }
}

/** Where the context is restored anyway. `run` would make another one for that (bench:rpc, small, 128 in flight). */
function enter(this: Handling): void {
  handledCalls.enterWith(this.inherited);
  this.serve();
}

function serve(handling: Handling): void {
  handling.serve();
}
