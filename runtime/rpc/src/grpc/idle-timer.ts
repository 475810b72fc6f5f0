/**
 * Tells when a connection has been unused for a time. Its platform timer is set once for that time, not for each call: it
 * looks at the clock when it fires (bench:rpc, 1 in flight).
 */
export class IdleTimer {
  readonly #ms: number;
  readonly #onIdle: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the last use ended; undefined while there is one. */
  #since: number | undefined;

  constructor(ms: number, onIdle: () => void) {
    this.#ms = ms;
    this.#onIdle = onIdle;
  }

  /** The last use has ended. */
  begin(): void {
    if (this.#since !== undefined) return;
    this.#since = performance.now();
    if (this.#timer === undefined) this.#wait(this.#ms);
  }

  /** The connection is used again. */
  end(): void {
    this.#since = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#fire(), ms);
    this.#timer.unref();
  }

  #fire(): void {
    this.#timer = undefined;
    if (this.#since === undefined) return; // `begin` follows
    const left = this.#since + this.#ms - performance.now();
    if (left > 0) this.#wait(left);
    else this.#onIdle();
  }
}
