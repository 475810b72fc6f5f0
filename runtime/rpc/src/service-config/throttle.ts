import type { Throttling } from "./parse.js";

/** Stops retries while most calls fail (gRPC proposal A6, "Throttling Retry Attempts and Hedged RPCs"). */
export class Throttle {
  readonly #throttling: Throttling | undefined;
  #tokens: number;

  constructor(throttling: Throttling | undefined) {
    this.#throttling = throttling;
    this.#tokens = throttling?.maxTokens ?? 0;
  }

  get allows(): boolean {
    return this.#throttling === undefined || this.#tokens > this.#throttling.maxTokens / 2;
  }

  succeeded(): void {
    const throttling = this.#throttling;
    if (throttling !== undefined) this.#tokens = Math.min(throttling.maxTokens, this.#tokens + throttling.tokenRatio);
  }

  failed(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }
}
