import type { CallList, Listed } from "../call/call-list.js";
import { Code } from "../call/code.js";
import type { WireCall } from "./open-call.js";

/** A call that its transport ends when it is closed. */
export class RunningCall implements Listed<RunningCall> {
  previousListed: RunningCall | undefined;
  nextListed: RunningCall | undefined;
  readonly #wire: WireCall;
  readonly #list: CallList<RunningCall>;

  constructor(wire: WireCall, list: CallList<RunningCall>) {
    this.#wire = wire;
    this.#list = list;
    list.add(this);
  }

  /** The call has ended. */
  leave(): void {
    this.#list.delete(this);
  }

  close(): void {
    this.#wire.cancelWithStatus(Code.Unavailable, "the transport is closed");
  }
}
