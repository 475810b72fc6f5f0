/** Deadlines: none early, none more than two slots late, none that was disarmed. */
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { arm, disarm, Timed } from "../../../runtime/rpc/src/call/timer-wheel.js";

/** Milliseconds of a slot, and the slots of a round. */
const SLOT = 8;
const ROUND = 1024 * SLOT;

class Alarm extends Timed {
  readonly ms: number;
  rang: number | undefined;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  expire(): void {
    this.rang = Date.now();
  }
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_700_000_000_123 });
});
afterEach(() => {
  jest.useRealTimers();
});

function armed(ms: number): Alarm {
  const alarm = new Alarm(ms);
  arm(alarm, Date.now() + ms);
  return alarm;
}

test("deadlines of this round and later ones ring in their slots", () => {
  const start = Date.now();
  const times = [0, 1, 7, 8, 9, 500, ROUND - SLOT, ROUND - 1, ROUND, ROUND + 1, ROUND + 9, 3 * ROUND + 5, 10 * ROUND];
  const alarms = times.map(armed);
  const dropped = times.map(armed);
  for (const alarm of dropped) disarm(alarm);
  jest.advanceTimersByTime(11 * ROUND);
  for (const { ms, rang } of alarms) {
    expect(rang! - start).toBeGreaterThanOrEqual(ms);
    expect(rang! - start).toBeLessThanOrEqual(ms + 2 * SLOT);
  }
  expect(dropped.map(({ rang }) => rang)).toEqual(times.map(() => undefined));
  expect(jest.getTimerCount()).toBe(0);
});

test("an earlier deadline is not kept waiting by a later one, and one that rings may arm another", () => {
  const start = Date.now();
  const late = armed(ROUND * 2);
  const early = armed(100);
  const follower = new Alarm(200);
  early.expire = () => {
    early.rang = Date.now();
    arm(follower, start + follower.ms);
  };
  jest.advanceTimersByTime(250);
  expect(early.rang! - start).toBeLessThanOrEqual(100 + 2 * SLOT);
  expect(follower.rang! - start).toBeLessThanOrEqual(200 + 2 * SLOT);
  disarm(late);
  jest.advanceTimersByTime(ROUND * 3);
  expect(late.rang).toBeUndefined();
});
