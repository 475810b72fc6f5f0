/** Milliseconds of a slot: the maximum delay of a timer. */
const SLOT = 8;
const SLOTS = 1024;

/** An object with a deadline. It is a member of the wheel while it is armed. */
export abstract class Timed {
  /** Milliseconds since the epoch. */
  due = 0;
  slot = -1;
  previousTimed: Timed | undefined;
  nextTimed: Timed | undefined;

  /** The deadline has passed, and the object is disarmed. */
  abstract expire(): void;
}

/**
 * The deadlines of all calls, in lists by time, with a single platform timer. Arming and disarming cost less than a timer
 * for each call, and nearly all deadlines are disarmed before they pass (bench:rpc, with deadlines).
 */
const slots: (Timed | undefined)[] = new Array(SLOTS).fill(undefined);
let count = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The slot, counted since the epoch, for which the platform timer is set. */
let wakeAt = Number.POSITIVE_INFINITY;
/** The first slot, counted since the epoch, that has not been visited. */
let cursor = 0;

export function arm(timed: Timed, due: number): void {
  const now = Math.floor(Date.now() / SLOT);
  if (count === 0) cursor = now;
  const tick = Math.max(cursor, Math.floor(due / SLOT) + 1);
  const slot = tick % SLOTS;
  timed.due = due;
  timed.slot = slot;
  timed.previousTimed = undefined;
  timed.nextTimed = slots[slot];
  if (timed.nextTimed !== undefined) timed.nextTimed.previousTimed = timed;
  slots[slot] = timed;
  if (count++ === 0) keepAlive(true);
  if (tick < wakeAt) wake(tick);
}

export function disarm(timed: Timed): void {
  if (timed.slot < 0) return;
  const { previousTimed: previous, nextTimed: next } = timed;
  if (previous === undefined) slots[timed.slot] = next;
  else previous.nextTimed = next;
  if (next !== undefined) next.previousTimed = previous;
  timed.previousTimed = timed.nextTimed = undefined;
  timed.slot = -1;
  if (--count === 0) keepAlive(false);
}

/** Sets the platform timer, at the latest for the end of the current round. */
function wake(tick: number): void {
  if (timer !== undefined) clearTimeout(timer);
  wakeAt = Math.min(tick, cursor + SLOTS);
  timer = setTimeout(run, Math.max(1, wakeAt * SLOT - Date.now()));
}

function run(): void {
  timer = undefined;
  wakeAt = Number.POSITIVE_INFINITY;
  for (const timed of takeDue(Date.now())) timed.expire();
  if (count > 0 && timer === undefined) wake(nextUsed());
}

/** Disarms all objects whose deadline has passed. */
function takeDue(now: number): Timed[] {
  const due: Timed[] = [];
  const last = Math.min(Math.floor(now / SLOT), cursor + SLOTS);
  for (; cursor <= last; cursor++) {
    for (let timed = slots[cursor % SLOTS]; timed !== undefined; timed = timed.nextTimed)
      if (timed.due <= now) due.push(timed);
  }
  cursor = Math.floor(now / SLOT);
  for (const timed of due) disarm(timed);
  return due;
}

function nextUsed(): number {
  for (let tick = cursor; tick < cursor + SLOTS; tick++)
    if (slots[tick % SLOTS] !== undefined) return Math.max(tick, cursor + 1);
  return cursor + SLOTS;
}

/** Lets the process end while no call has a deadline, even if the platform timer is still set. */
function keepAlive(isNeeded: boolean): void {
  const { ref, unref } = (timer ?? {}) as { ref?(): void; unref?(): void };
  if (isNeeded) ref?.call(timer);
  else unref?.call(timer);
}
