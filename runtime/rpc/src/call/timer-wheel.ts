/** Milliseconds of a slot: how late a timer may be. */
const SLOT = 8;
const SLOTS = 1024;

/** Something that is to happen at a time: a member of the wheel while it is armed. */
export abstract class Timed {
  /** Milliseconds since the epoch. */
  due = 0;
  slot = -1;
  previousTimed: Timed | undefined;
  nextTimed: Timed | undefined;

  /** The time has come. The timer is not armed any more. */
  abstract expire(): void;
}

/**
 * The deadlines of all calls, in lists by time, with one timer of the platform for all: to arm and to disarm one costs less
 * than a timer of its own, and nearly all are disarmed (bench:rpc: with deadlines).
 */
const slots: (Timed | undefined)[] = new Array(SLOTS).fill(undefined);
let count = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The slot, counted since the epoch, for which the timer is set. */
let wakeAt = Number.POSITIVE_INFINITY;
/** The first slot, counted since the epoch, that was not looked at. */
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

/** Sets the timer of the platform; far ones are set for the end of the round. */
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

/** Disarms all whose time has come. */
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

/** A process may end while no call has a deadline, although the timer is still set. */
function keepAlive(isNeeded: boolean): void {
  const { ref, unref } = (timer ?? {}) as { ref?(): void; unref?(): void };
  if (isNeeded) ref?.call(timer);
  else unref?.call(timer);
}
