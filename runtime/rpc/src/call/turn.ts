/** How many messages are taken in a row from what gives them at once, before other work gets its turn. */
export const MESSAGES_A_TURN = 128;

/** Resolves when other work has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });
}
