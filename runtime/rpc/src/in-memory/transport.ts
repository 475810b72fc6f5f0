import { CallList } from "../call/call-list.js";
import { Code } from "../call/code.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import type { ServedMethod } from "../call/served-method.js";
import { localError, receivedError } from "../call/status-error.js";
import { rejectTraced } from "../call/traced-rejection.js";
import type { Server } from "../server/server.js";
import type { SizeLimits } from "../transport/listener.js";
import type {
  StreamCall as Call,
  StreamReply,
  Transport,
  UnaryCall as Unary,
  UnaryReceiver,
  UnaryReply,
} from "../transport/transport.js";
import type { BothEnds } from "./both-ends.js";
import { StreamCall } from "./stream-call.js";
import { UnaryCall } from "./unary-call.js";

/**
 * Calls the handlers of a server in the same process, without a port. Messages are encoded and decoded as on a wire, and
 * the limits hold for both sides. What a connection would add is not there: compression, keepalive, TLS; `waitForReady` has
 * nothing to wait for.
 *
 * @example
 * const client = createClient(OrderService, inMemoryTransport(createServer().add(OrderService, handlers)));
 * expect((await client.getOrder({ id: "7" })).price).toBe(68);
 */
export function inMemoryTransport(server: Server, limits: SizeLimits = {}): Transport {
  return new InMemoryTransport(server, limits);
}

class InMemoryTransport implements Transport {
  readonly #server: Server;
  readonly #limits: SizeLimits;
  readonly #calls = new CallList<BothEnds>();
  readonly #onOver = (call: BothEnds): void => this.#calls.delete(call);
  #isClosed = false;

  constructor(server: Server, limits: SizeLimits) {
    this.#server = server;
    this.#limits = limits;
  }

  unary(call: Unary): Promise<UnaryReply> {
    return new Promise((resolve) =>
      this.startUnary(call, {
        succeed: resolve,
        fail: (makeError) => rejectTraced(resolve as (value: never) => void, makeError),
      }),
    );
  }

  startUnary(call: Unary, receiver: UnaryReceiver): void {
    const served = this.#find(call.method);
    const ends = new UnaryCall(call, served.method, this.#limits, receiver, this.#onOver);
    this.#calls.add(ends);
    ends.begin(() => this.#server.handle(served, ends));
  }

  async stream(call: Call): Promise<StreamReply> {
    const served = this.#find(call.method);
    const ends = new StreamCall(call, served.method, this.#limits, this.#onOver);
    this.#calls.add(ends);
    return ends.begin(() => this.#server.handle(served, ends));
  }

  close(): void {
    this.#isClosed = true;
    for (const call of this.#calls.all())
      call.abandon(localError(call.method.path, Code.Unavailable, "the transport is closed"));
  }

  #find({ path }: Method): ServedMethod {
    if (this.#isClosed) throw localError(path, Code.Unavailable, "the transport is closed");
    if (this.#server.closed) throw localError(path, Code.Unavailable, "the server is shutting down");
    const served = this.#server.find(path);
    if (served !== undefined) return served;
    throw receivedError(path, Code.Unimplemented, `the server has no method ${path}`, new Metadata());
  }
}
