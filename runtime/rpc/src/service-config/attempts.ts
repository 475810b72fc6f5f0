import { Metadata } from "../call/metadata.js";
import { isStatusError, type StatusError } from "../call/status-error.js";
import type { ClientCall } from "../transport/transport.js";
import type { HedgingPolicy, RetryPolicy } from "./parse.js";
import { pause } from "./pause.js";
import { pushbackOf } from "./pushback.js";
import type { Throttle } from "./throttle.js";

/** Makes an attempt, with its own metadata and a signal that cancels it. */
export type Attempt<R> = (metadata: Metadata, signal: AbortSignal | undefined) => Promise<R>;

const JITTER = 0.2;

/**
 * Makes attempts one after the other, until one succeeds or its failure is final (gRPC proposal A6, "Retry Policy"). A
 * call whose server has sent headers is committed ("When Retries are Valid").
 */
export async function retry<R>(
  call: ClientCall,
  policy: RetryPolicy,
  throttle: Throttle,
  attempt: Attempt<R>,
  canRepeat: () => boolean,
): Promise<R> {
  let backoff = policy.initialBackoff;
  for (let number = 1; ; number++) {
    try {
      const result = await attempt(withNumber(call, number), call.signal);
      throttle.succeeded();
      return result;
    } catch (e) {
      if (!isStatusError(e) || !policy.codes.has(e.code) || e.hasHeaders) throw e;
      throttle.failed();
      const pushback = pushbackOf(e);
      const mayRepeat = number < policy.maxAttempts && canRepeat() && throttle.allows && pushback !== "never";
      const wait = pushback ?? Math.min(backoff, policy.maxBackoff) * (1 + JITTER * (2 * Math.random() - 1));
      if (!mayRepeat || isTooLate(call, wait as number)) throw e;
      if (pushback === undefined) backoff *= policy.backoffMultiplier;
      else backoff = policy.initialBackoff;
      await pause(wait as number, call);
    }
  }
}

/** Makes attempts in parallel, and takes the first that succeeds (gRPC proposal A6, "Hedging Policy"). */
export function hedge<R>(
  call: ClientCall,
  policy: HedgingPolicy,
  throttle: Throttle,
  attempt: Attempt<R>,
  canRepeat: () => boolean,
): Promise<R> {
  return new Promise((resolve, reject) =>
    new Hedge(call, policy, throttle, attempt, canRepeat, resolve, reject).start(),
  );
}

class Hedge<R> {
  readonly #call: ClientCall;
  readonly #policy: HedgingPolicy;
  readonly #throttle: Throttle;
  readonly #attempt: Attempt<R>;
  readonly #canRepeat: () => boolean;
  readonly #resolve: (result: R) => void;
  readonly #reject: (error: unknown) => void;
  readonly #running: AbortController[] = [];
  #started = 0;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #leave: () => void;

  constructor(
    call: ClientCall,
    policy: HedgingPolicy,
    throttle: Throttle,
    attempt: Attempt<R>,
    canRepeat: () => boolean,
    resolve: (result: R) => void,
    reject: (error: unknown) => void,
  ) {
    this.#call = call;
    this.#policy = policy;
    this.#throttle = throttle;
    this.#attempt = attempt;
    this.#canRepeat = canRepeat;
    this.#resolve = resolve;
    this.#reject = reject;
    const abort = (): void => {
      for (const controller of this.#running) controller.abort(call.signal?.reason);
    };
    call.signal?.addEventListener("abort", abort, { once: true });
    this.#leave = () => call.signal?.removeEventListener("abort", abort);
  }

  start(): void {
    clearTimeout(this.#timer);
    const controller = new AbortController();
    if (this.#call.signal?.aborted) controller.abort(this.#call.signal.reason);
    this.#running.push(controller);
    this.#attempt(withNumber(this.#call, ++this.#started), controller.signal).then(
      (result) => this.#won(controller, result),
      (e) => this.#lost(controller, e),
    );
    if (this.#mayStart) this.#timer = setTimeout(() => this.start(), this.#policy.delay);
  }

  get #mayStart(): boolean {
    return !this.#isOver && this.#started < this.#policy.maxAttempts && this.#throttle.allows && this.#canRepeat();
  }

  #won(controller: AbortController, result: R): void {
    if (this.#isOver) return;
    this.#throttle.succeeded();
    this.#end(controller);
    this.#resolve(result);
  }

  #lost(controller: AbortController, error: unknown): void {
    if (this.#isOver) return;
    this.#running.splice(this.#running.indexOf(controller), 1);
    const isFatal = !isStatusError(error) || !this.#policy.nonFatalCodes.has(error.code) || error.hasHeaders;
    if (!isFatal) this.#throttle.failed();
    const pushback = isFatal ? "never" : pushbackOf(error as StatusError);
    if (!isFatal && pushback !== "never" && this.#mayStart) {
      clearTimeout(this.#timer);
      if (pushback === undefined) this.start();
      else this.#timer = setTimeout(() => this.start(), pushback);
    } else if (isFatal || this.#running.length === 0) {
      this.#end();
      this.#reject(error);
    } else clearTimeout(this.#timer);
  }

  /** Cancels all attempts but the chosen one. */
  #end(chosen?: AbortController): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const controller of this.#running)
      if (controller !== chosen) controller.abort(new Error("another attempt was faster"));
    if (chosen === undefined) this.#leave();
  }
}

function withNumber({ metadata }: ClientCall, number: number): Metadata {
  return number === 1 ? metadata : new Metadata(metadata).set("grpc-previous-rpc-attempts", String(number - 1));
}

function isTooLate({ deadline }: ClientCall, wait: number): boolean {
  return deadline !== undefined && Date.now() + wait >= deadline;
}
