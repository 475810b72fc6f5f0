import { Code, createServer, type Server, StatusError } from "@protoloom/rpc";
import { ChatService } from "./gen/chat/v1/chat_grpc.ts";
import { type TalkRequest, TalkResponse } from "./gen/chat/v1/chat_pb.ts";

type Listener = (said: TalkResponse) => void;

/** A server with one room. */
export function chatServer(): Server {
  const listeners = new Set<Listener>();
  return createServer().add(ChatService, {
    async *talk(requests, { signal }) {
      const queue = new Queue(signal);
      // Who has stopped talking has left; who breaks the rules is told why.
      takePart(requests, listeners, queue.add).then(() => queue.end(), queue.end);
      try {
        yield* queue;
      } finally {
        listeners.delete(queue.add);
      }
    },
  });
}

async function takePart(
  requests: AsyncIterable<TalkRequest>,
  listeners: Set<Listener>,
  listener: Listener,
): Promise<void> {
  let name = "";
  const say = (text: string): void => {
    for (const each of listeners) each(new TalkResponse({ name, text }));
  };
  for await (const { event } of requests) {
    if (event.case === "join") name = event.value.name;
    if (name === "") throw new StatusError(Code.InvalidArgument, "say who you are first");
    if (event.case === "join") listeners.add(listener);
    say(event.case === "text" ? event.value : "joined");
  }
}

/** Messages that are not sent yet. One who reads slowly loses the oldest. */
class Queue {
  private readonly said: TalkResponse[] = [];
  private isOver = false;
  private error: unknown;
  private wake = (): void => {};

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => this.end());
  }

  readonly add = (said: TalkResponse): void => {
    if (this.said.push(said) > 1000) this.said.shift();
    this.wake();
  };

  readonly end = (error?: unknown): void => {
    this.isOver = true;
    this.error = error;
    this.wake();
  };

  async *[Symbol.asyncIterator](): AsyncGenerator<TalkResponse> {
    for (;;) {
      const next = this.said.shift();
      if (next !== undefined) yield next;
      else if (!this.isOver) await new Promise<void>((resolve) => (this.wake = resolve));
      else if (this.error === undefined) return;
      else throw this.error;
    }
  }
}
