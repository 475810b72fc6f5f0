import { followSignal } from "../call/followed-signal.js";

/** Combines the signals that end a call. It detaches from them when the call is over, so that no listener leaks. */
export class Signals {
  #current: AbortSignal | undefined;
  #controller: AbortController | undefined;
  readonly #left: (() => void)[] = [];

  get signal(): AbortSignal | undefined {
    return this.#current;
  }

  /** Gives the call a signal of its own that `abort` fires, in addition to those that it follows. */
  ownController(): void {
    this.#controller = new AbortController();
    this.#current = this.#controller.signal;
  }

  follow(signal: AbortSignal): void {
    if (this.#current === undefined) {
      this.#current = signal;
      return;
    }
    const before = this.#controller === undefined ? this.#current : undefined;
    if (this.#controller === undefined) this.ownController();
    if (before !== undefined) this.#forward(before);
    this.#forward(signal);
  }

  abort(reason: unknown): void {
    this.#controller?.abort(reason);
  }

  /** Detaches from the signals: the call is over. */
  release(): void {
    for (const leave of this.#left) leave();
    this.#left.length = 0;
  }

  #forward(signal: AbortSignal): void {
    if (signal.aborted) {
      this.abort(signal.reason);
      return;
    }
    const following = followSignal(signal, { onAbort: (reason) => this.abort(reason) });
    this.#left.push(() => following.leave());
  }
}
