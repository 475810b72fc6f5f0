import { arm, disarm, Timed } from "./timer-wheel.js";

/** A deadline inside the runtime: milliseconds since the epoch, or undefined for none. */
export type Deadline = number | undefined;

/** Converts a caller's deadline: milliseconds from now, or a Date. Throws a TypeError for anything else. */
export function toDeadline(value: number | Date | undefined): Deadline {
  if (value === undefined) return undefined;
  const time = value instanceof Date ? value.getTime() : typeof value === "number" ? Date.now() + value : Number.NaN;
  if (Number.isNaN(time)) {
    const found = typeof value === "string" ? JSON.stringify(value) : String(value);
    throw new TypeError(`invalid deadline: expected milliseconds or a Date, got ${found}`);
  }
  return time === Number.POSITIVE_INFINITY ? undefined : time;
}

export function earlier(a: Deadline, b: Deadline): Deadline {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/** Calls back at the deadline, unless the returned function is called first. */
export function atDeadline(deadline: number, callback: () => void): () => void {
  const timer = new CallbackTimer(callback);
  arm(timer, deadline);
  return () => disarm(timer);
}

class CallbackTimer extends Timed {
  readonly #callback: () => void;

  constructor(callback: () => void) {
    super();
    this.#callback = callback;
  }

  expire(): void {
    this.#callback();
  }
}
