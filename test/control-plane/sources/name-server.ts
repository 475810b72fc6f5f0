import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Answer, decode, encode, type Packet } from "dns-packet";

/** A name server with the records that a test gives it. */
export class NameServer {
  /** Answered as they are. A name without any does not exist. */
  records: readonly Answer[] = [];
  /** Whether it answers SERVFAIL, or nothing at all. */
  trouble: "none" | "failure" | "silence" = "none";
  questions = 0;
  private readonly socket: Socket = createSocket("udp4");

  static async start(): Promise<NameServer> {
    const server = new NameServer();
    server.socket.on("message", (message, { port, address }) => {
      const answer = server.answerTo(decode(message));
      if (answer !== undefined) server.socket.send(encode(answer), port, address);
    });
    server.socket.bind(0, "127.0.0.1");
    await once(server.socket, "listening");
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }

  private answerTo({ id, questions = [] }: Packet): Packet | undefined {
    this.questions++;
    if (this.trouble === "silence") return undefined;
    const [question] = questions;
    const named = this.records.filter(({ name }) => name === question?.name);
    const answers = named.filter(({ type }) => type === question?.type);
    const [NOT_FOUND, FAILED] = [3, 2]; // response codes (RFC 1035, section 4.1.1)
    const code = this.trouble === "failure" ? FAILED : named.length === 0 ? NOT_FOUND : 0;
    return {
      ...(id !== undefined && { id }),
      type: "response",
      flags: code,
      questions,
      answers: code === 0 ? answers : [],
    };
  }
}
