import { rejectTraced } from "../call/traced-rejection.js";
import { configured } from "../transport/service-config.js";
import type {
  StreamCall as Call,
  StreamReply,
  Transport,
  UnaryCall as Unary,
  UnaryReceiver,
  UnaryReply,
} from "../transport/transport.js";
import type { ConnectivityState, ConnectOptions, GrpcTransportOptions } from "./client-options.js";
import { ClientWire } from "./client-wire.js";
import { Connecting } from "./connecting.js";
import { StreamCall } from "./stream-call.js";
import { UnaryCall } from "./unary-call.js";

/** A transport with connections that can be watched. */
export interface GrpcTransport extends Transport {
  /** The state of the channel. */
  readonly state: ConnectivityState;
  /** The number of established connections. */
  readonly connections: number;
  /** Connects without a call, and resolves when there is a connection. Rejects with a StatusError after the deadline. */
  connect(options?: ConnectOptions): Promise<void>;
}

/**
 * Makes gRPC calls over HTTP/2. It connects on the first call, and reconnects when a connection is lost. A connection
 * without calls does not keep the process alive. Throws TypeError for an invalid address or service config.
 *
 * @example
 * const transport = grpcTransport({ address: "dns:///orders.internal:443", tls: true });
 * const orders = createClient(OrderService, transport);
 * transport.close();
 */
export function grpcTransport(options: GrpcTransportOptions): GrpcTransport {
  const transport = new Http2Transport(options);
  const calls = configured(authorized(transport, options), options.serviceConfig);
  return calls === transport ? transport : new ConfiguredTransport(transport, calls);
}

/** The transport with the credentials of its calls, if it has some. */
function authorized(transport: Http2Transport, { tls, callCredentials }: GrpcTransportOptions): Transport {
  if (callCredentials === undefined) return transport;
  if (tls === undefined)
    throw new TypeError("invalid callCredentials: expected tls with them, because they must not leave in clear text");
  if (typeof callCredentials.authorize === "function") return callCredentials.authorize(transport, transport.authority);
  throw new TypeError("invalid callCredentials: expected the result of callCredentials()");
}

class Http2Transport implements GrpcTransport {
  readonly #wire: ClientWire;

  constructor(options: GrpcTransportOptions) {
    this.#wire = new ClientWire(options);
  }

  get state(): ConnectivityState {
    return this.#wire.channel.state;
  }

  get connections(): number {
    return this.#wire.channel.connections;
  }

  get authority(): string {
    return this.#wire.authority;
  }

  connect(options: ConnectOptions = {}): Promise<void> {
    return new Connecting(this.#wire.channel, options).start();
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
    new UnaryCall(this.#wire, call, receiver).start();
  }

  stream(call: Call): Promise<StreamReply> {
    return new StreamCall(this.#wire, call).begun();
  }

  openStream(call: Call): AsyncIterator<unknown> {
    const stream = new StreamCall(this.#wire, call);
    stream.start();
    return stream;
  }

  close(): void {
    this.#wire.channel.close();
  }
}

/** The same with a service config or credentials around its calls. */
class ConfiguredTransport implements GrpcTransport {
  readonly #transport: GrpcTransport;
  readonly #calls: Transport;

  constructor(transport: GrpcTransport, calls: Transport) {
    this.#transport = transport;
    this.#calls = calls;
  }

  get state(): ConnectivityState {
    return this.#transport.state;
  }

  get connections(): number {
    return this.#transport.connections;
  }

  connect(options?: ConnectOptions): Promise<void> {
    return this.#transport.connect(options);
  }

  unary(call: Unary): Promise<UnaryReply> {
    return this.#calls.unary(call);
  }

  startUnary(call: Unary, receiver: UnaryReceiver): void {
    this.#calls.startUnary!(call, receiver);
  }

  stream(call: Call): Promise<StreamReply> {
    return this.#calls.stream(call);
  }

  close(): void {
    this.#transport.close();
  }
}
