import { Code } from "../call/code.js";
import { toDeadline } from "../call/deadline.js";
import { type Following, followSignal } from "../call/followed-signal.js";
import { StatusError } from "../call/status-error.js";
import { arm, disarm, Timed } from "../call/timer-wheel.js";
import type { Channel, Opening } from "./channel.js";
import type { ConnectOptions } from "./client-options.js";

/** Waits for a connection as a call would that waits for it, and opens no stream. */
export class Connecting extends Timed implements Opening {
  readonly waitForReady = true;
  isOver = false;
  readonly #channel: Channel;
  readonly #options: ConnectOptions;
  #following: Following | undefined;
  #settle: { resolve(): void; reject(error: StatusError): void } | undefined;

  constructor(channel: Channel, options: ConnectOptions) {
    super();
    this.#channel = channel;
    this.#options = options;
  }

  start(): Promise<void> {
    const { signal } = this.#options;
    const deadline = toDeadline(this.#options.deadline);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      if (signal?.aborted) return this.onAbort(signal.reason);
      if (signal !== undefined) this.#following = followSignal(signal, this);
      if (deadline !== undefined) arm(this, deadline);
      this.#channel.start(this);
    });
  }

  open(): void {
    this.#end();
    this.#settle!.resolve();
  }

  refuse(code: Code, text: string): void {
    this.#fail(new StatusError(code, text));
  }

  expire(): void {
    const reason = this.#channel.lastFailure;
    this.#fail(new StatusError(Code.DeadlineExceeded, `no connection in time${reason === "" ? "" : `: ${reason}`}`));
  }

  onAbort(reason: unknown): void {
    this.#fail(new StatusError(Code.Cancelled, "cancelled by the caller", { cause: reason }));
  }

  #fail(error: StatusError): void {
    if (this.isOver) return;
    this.#end();
    this.#settle!.reject(error);
  }

  #end(): void {
    this.isOver = true;
    disarm(this);
    this.#following?.leave();
  }
}
