import type { Http2Session } from "node:http2";
import type { Keepalive, ListenOptions } from "../transport/listener.js";

const PING_TIMEOUT_MS = 20_000;

/** A connection that was accepted: pings it if it should, and lets go of it. */
export class Connection {
  private readonly session: Http2Session;
  private readonly keepalive: Keepalive | undefined;
  private calls = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Http2Session, { keepalive, maxConnectionAge }: ListenOptions, onClose: () => void) {
    this.session = session;
    this.keepalive = keepalive;
    const age = maxConnectionAge === undefined ? undefined : this.closeAfter(spread(maxConnectionAge));
    session.on("error", () => {}); // "close" follows
    session.on("close", () => {
      clearTimeout(this.timer);
      clearTimeout(age);
      onClose();
    });
    if (keepalive === undefined) return;
    session.on("stream", (stream) => {
      this.calls++;
      stream.on("close", () => this.calls--);
    });
    this.wait(keepalive.time);
  }

  /** Takes no more calls, and ends when the running ones have. */
  close(): void {
    this.session.close();
  }

  destroy(): void {
    this.session.destroy();
  }

  private closeAfter(ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.close(), ms).unref();
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => this.ping(), ms).unref();
  }

  private ping(): void {
    if (this.session.destroyed) return; // "close" is yet to come
    const { time, timeout = PING_TIMEOUT_MS, withoutCalls = false } = this.keepalive!;
    if (this.calls === 0 && !withoutCalls) {
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

/** So that clients which came together do not come again together. */
function spread(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
