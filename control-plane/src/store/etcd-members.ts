import {
  type ClientCall,
  Code,
  isStatusError,
  type StreamCall,
  type StreamReply,
  type Transport,
  type UnaryCall,
  type UnaryReply,
} from "@protoloom/rpc";
import { type GrpcTransport, grpcTransport, type TlsClient } from "@protoloom/rpc/grpc";
import { pause } from "../registry/pause.js";

/** A member that does not answer is left after this time. Etcd refuses pings that come more often than every 5 s. */
const settings = { connectTimeout: 3000, keepalive: { time: 6000, timeout: 3000 } } as const;
const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 1000;

/**
 * Carries calls to one member of etcd, and to the next when that one is gone or has lost its leader. Unary calls are made
 * again, so all of them must be idempotent; a stream that has failed begins at the next member.
 */
export class EtcdMembers implements Transport {
  private readonly members: readonly GrpcTransport[];
  private current = 0;

  /** Throws a TypeError for an invalid address. */
  constructor(addresses: readonly string[], tls: TlsClient | undefined) {
    this.members = addresses.map((address) => grpcTransport({ address, tls, ...settings }));
  }

  /** A call that waits for readiness is tried until its deadline, any other once at each member. */
  async unary(call: UnaryCall): Promise<UnaryReply> {
    const never = new AbortController().signal;
    let wait = FIRST_WAIT_MS;
    for (let tried = 1; ; tried++) {
      try {
        return await this.atCurrent((member) => member.unary({ ...call, waitForReady: false }));
      } catch (e) {
        const isLastTry = !call.waitForReady && tried >= this.members.length;
        if (!isUnavailable(e) || isLastTry || isOver(call, wait)) throw e;
        if (tried % this.members.length !== 0) continue;
        await pause(wait, call.signal ?? never);
        wait = Math.min(2 * wait, LAST_WAIT_MS);
      }
    }
  }

  async stream(call: StreamCall): Promise<StreamReply> {
    const begun = this.members[this.current]!;
    const reply = await this.atCurrent((member) => member.stream({ ...call, waitForReady: false }));
    return withEnd(reply, (e) => this.leave(begun, e));
  }

  close(): void {
    for (const member of this.members) member.close();
  }

  private async atCurrent<R>(begin: (member: GrpcTransport) => Promise<R>): Promise<R> {
    const member = this.members[this.current]!;
    try {
      return await begin(member);
    } catch (e) {
      this.leave(member, e);
      throw e;
    }
  }

  private leave(member: GrpcTransport, e: unknown): void {
    const isCurrent = member === this.members[this.current]; // another call may have left it already
    if (isUnavailable(e) && isCurrent) this.current = (this.current + 1) % this.members.length;
  }
}

/** The same stream. `onError` hears of the error that ends its messages, before their reader does. */
export function withEnd(reply: StreamReply, onError: (e: unknown) => void): StreamReply {
  const messages = async function* (): AsyncGenerator<unknown, void, undefined> {
    try {
      yield* reply.messages;
    } catch (e) {
      onError(e);
      throw e;
    }
  };
  const { stream, headers, trailers } = reply;
  return { stream, headers, messages: messages(), trailers };
}

function isUnavailable(e: unknown): boolean {
  return isStatusError(e) && e.code === Code.Unavailable;
}

function isOver({ deadline, signal }: ClientCall, wait: number): boolean {
  return signal?.aborted === true || (deadline !== undefined && Date.now() + wait >= deadline);
}
