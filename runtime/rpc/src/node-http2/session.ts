import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { IncomingCall } from "../transport/incoming-call.js";
import type { Keepalive, ListenOptions } from "../transport/listener.js";

const PING_TIMEOUT_MS = 20_000;

/** An accepted connection, with its pings and its maximum age. */
export class Connection {
  private readonly session: ServerHttp2Session;
  private readonly keepalive: Keepalive | undefined;
  private readonly calls = new Set<IncomingCall>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private age: ReturnType<typeof setTimeout> | undefined;

  constructor(
    session: ServerHttp2Session,
    { keepalive, maxConnectionAge, maxConnectionAgeGrace }: ListenOptions,
    onClose: () => void,
  ) {
    this.session = session;
    this.keepalive = keepalive;
    if (maxConnectionAge !== undefined) this.closeAfter(spread(maxConnectionAge), maxConnectionAgeGrace);
    session.on("error", () => {}); // "close" follows
    session.on("close", () => {
      clearTimeout(this.timer);
      clearTimeout(this.age);
      onClose();
    });
    if (keepalive === undefined) return;
    this.wait(keepalive.time);
  }

  /** A call has arrived on this stream. */
  follow(stream: ServerHttp2Stream, call: IncomingCall): void {
    this.calls.add(call);
    stream.on("close", () => this.calls.delete(call));
  }

  /** Takes no more calls, and closes when the running ones have ended. */
  close(): void {
    this.session.close();
  }

  destroy(): void {
    this.session.destroy();
  }

  private closeAfter(ms: number, grace: number | undefined): void {
    this.age = setTimeout(() => {
      this.close();
      for (const call of this.calls) call.onDrain?.();
      if (grace !== undefined) this.age = setTimeout(() => this.destroy(), grace).unref();
    }, ms).unref();
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => this.ping(), ms).unref();
  }

  private ping(): void {
    if (this.session.destroyed) return; // "close" is still to come
    const { time, timeout = PING_TIMEOUT_MS, withoutCalls = false } = this.keepalive!;
    if (this.calls.size === 0 && !withoutCalls) {
      this.wait(time);
      return;
    }
    this.timer = setTimeout(() => this.destroy(), timeout).unref();
    this.session.ping((error) => {
      clearTimeout(this.timer);
      if (error === null && !this.session.destroyed) this.wait(time);
    });
  }
}

/** So that clients that connected together do not reconnect together. */
function spread(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
