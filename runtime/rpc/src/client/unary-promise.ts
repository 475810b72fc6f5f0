import type { CallOptions } from "../call/options.js";
import type { StatusError } from "../call/status-error.js";
import { rejectTraced } from "../call/traced-rejection.js";
import type { UnaryReceiver, UnaryReply } from "../transport/transport.js";
import type { Signals } from "./signals.js";

/** Settles the caller's promise, the only one of a call without interceptors. */
export class UnaryPromise implements UnaryReceiver {
  readonly #resolve: (message: unknown) => void;
  readonly #options: CallOptions | undefined;
  readonly #signals: Signals | undefined;

  constructor(resolve: (message: unknown) => void, options: CallOptions | undefined, signals: Signals | undefined) {
    this.#resolve = resolve;
    this.#options = options;
    this.#signals = signals;
  }

  succeed(reply: UnaryReply): void {
    this.#signals?.release();
    try {
      this.#options?.onHeaders?.(reply.headers);
      this.#options?.onTrailers?.(reply.trailers);
    } catch (e) {
      this.#resolve(Promise.reject(e));
      return;
    }
    this.#resolve(reply.message);
  }

  fail(makeError: () => StatusError): void {
    this.#signals?.release();
    rejectTraced(this.#resolve as (value: never) => void, () => tellHeaders(makeError(), this.#options));
  }
}

/** Reports the headers of a failed call too, if there were any. */
export function tellHeaders(error: StatusError, options: CallOptions | undefined): StatusError {
  if (error.hasHeaders) options?.onHeaders?.(error.headers);
  return error;
}
