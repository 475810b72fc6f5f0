/** The runtime's form of a deadline: milliseconds since the epoch, or undefined for none. */
export type Deadline = number | undefined;

/** Converts a caller's deadline: milliseconds from now, or a Date. Throws a TypeError for anything else. */
export function toDeadline(value: number | Date | undefined): Deadline {
  if (value === undefined) return undefined;
  const time =
    value instanceof Date ? value.getTime() : value === Number.POSITIVE_INFINITY ? value : Date.now() + value;
  if (Number.isNaN(time))
    throw new TypeError(`invalid deadline: expected milliseconds or a Date, got ${String(value)}`);
  return time === Number.POSITIVE_INFINITY ? undefined : time;
}

export function earlier(a: Deadline, b: Deadline): Deadline {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/** setTimeout accepts at most 2^31 - 1 milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** Calls back at the deadline, unless the returned function is called before. */
export function atDeadline(deadline: number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (): void => {
    const left = deadline - Date.now();
    timer = left > MAX_DELAY ? setTimeout(arm, MAX_DELAY) : setTimeout(callback, Math.max(0, left));
  };
  arm();
  return () => clearTimeout(timer);
}
