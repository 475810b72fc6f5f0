/** A member of a list: in one at a time. */
export interface Listed<T> {
  previousListed: T | undefined;
  nextListed: T | undefined;
}

/**
 * Calls that run. They come and go, for which a Set is bad: V8 keeps the tables that it replaces, and what they held, until
 * a full collection (bench:rpc shows the young generation that survives).
 */
export class CallList<T extends Listed<T>> {
  #first: T | undefined;
  size = 0;

  add(call: T): void {
    call.nextListed = this.#first;
    if (this.#first !== undefined) this.#first.previousListed = call;
    this.#first = call;
    this.size++;
  }

  delete(call: T): void {
    const { previousListed: previous, nextListed: next } = call;
    if (previous === undefined) this.#first = next;
    else previous.nextListed = next;
    if (next !== undefined) next.previousListed = previous;
    call.previousListed = call.nextListed = undefined;
    this.size--;
  }

  /** The members that are there now. */
  all(): T[] {
    const found: T[] = [];
    for (let call = this.#first; call !== undefined; call = call.nextListed) found.push(call);
    return found;
  }
}
