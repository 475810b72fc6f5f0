import { messages } from "./acts/messages.js";
import { services } from "./acts/services.js";
import { heading } from "./terminal.js";

/** A part of the show. It throws when something is not as it says. */
export interface Act {
  readonly title: string;
  play(): void | Promise<void>;
}

/** To add an act, write it beside the others and put it into this list. */
const acts: readonly Act[] = [messages, services];

for (const act of acts) {
  heading(act.title);
  await act.play();
}
