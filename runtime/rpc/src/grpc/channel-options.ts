import type { Keepalive } from "../transport/listener.js";
import type { GrpcTransportOptions } from "./client-options.js";

/** The options of a channel, for all its connections. */
export interface ChannelOptions extends GrpcTransportOptions {
  readonly keepalive: ChannelKeepalive | undefined;
}

/** The pings of new connections: fewer once a server has said that there are too many (gRPC proposal A8). */
export class ChannelKeepalive implements Keepalive {
  /** Milliseconds. */
  time: number;
  readonly timeout: number | undefined;
  readonly withoutCalls: boolean | undefined;

  constructor({ time, timeout, withoutCalls }: Keepalive) {
    this.time = time;
    this.timeout = timeout;
    this.withoutCalls = withoutCalls;
  }

  /** The server wants fewer. */
  slowDown(): void {
    this.time = Math.min(this.time * 2, MOST_MS);
  }
}

/** The longest delay of a timer. */
const MOST_MS = 2 ** 31 - 1;

/** What a server says in GOAWAY with ENHANCE_YOUR_CALM. */
export const TOO_MANY_PINGS = "too_many_pings";

export function channelOptions(options: GrpcTransportOptions): ChannelOptions {
  return { ...options, keepalive: options.keepalive && new ChannelKeepalive(options.keepalive) };
}
