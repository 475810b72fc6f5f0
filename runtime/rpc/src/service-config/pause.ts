import { cancelledError } from "../call/status-error.js";
import type { ClientCall } from "../transport/transport.js";

/** Waits for the given milliseconds. Rejects with StatusError as soon as the call is cancelled. */
export function pause(ms: number, { signal, method }: ClientCall): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(cancelledError(method.path, signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
