/**
 * Rejects a promise, by its `resolve`, with an error whose stack leads to whoever awaits it. An error that is made where
 * bytes of a socket come in has no stack of the caller's; one that is thrown in a job that leads to the promise has, for V8
 * follows promises. What succeeds pays nothing for it.
 */
export function rejectTraced(resolve: (value: never) => void, makeError: () => Error): void {
  const failing = Promise.resolve()
    .then(noop) // until `resolve` has joined the promises
    .then((): never => {
      throw makeError();
    });
  (resolve as (value: Promise<never>) => void)(failing);
}

function noop(): void {}
