import type { Budget } from "./budget.js";
import { checkSize, protocolError } from "./connection-error.js";
import * as costs from "./costs.js";
import { Flag } from "./frame/frame.js";
import type { Output } from "./output.js";

const PAYLOAD = Uint8Array.from("protoloo", (c) => c.charCodeAt(0));

/** PING in both directions (RFC 9113, section 6.7). */
export class Pings {
  readonly #output: Output;
  readonly #budget: Budget;
  readonly #unanswered: (() => void)[] = [];

  constructor(output: Output, budget: Budget) {
    this.#output = output;
    this.#budget = budget;
  }

  send(onAnswer: () => void): void {
    this.#unanswered.push(onAnswer);
    this.#output.writer.ping(0, PAYLOAD, 0);
  }

  receive(flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id !== 0) throw protocolError("PING on a stream");
    checkSize("PING", end - start, 8);
    if ((flags & Flag.Ack) !== 0) {
      const onAnswer = this.#unanswered.shift();
      if (onAnswer === undefined) this.#budget.spend(costs.ping);
      else onAnswer();
      return;
    }
    this.#budget.spend(costs.ping);
    this.#output.writer.ping(Flag.Ack, bytes, start);
    this.#output.countAnswer();
  }
}
