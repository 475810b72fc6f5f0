import { rejectTraced } from "../call/traced-rejection.js";
import { withServiceConfig } from "../service-config/configured-transport.js";
import type {
  StreamCall as Call,
  StreamReply,
  Transport,
  UnaryCall as Unary,
  UnaryReceiver,
  UnaryReply,
} from "../transport/transport.js";
import type { GrpcTransportOptions } from "./client-options.js";
import { ClientWire } from "./client-wire.js";
import { StreamCall } from "./stream-call.js";
import { UnaryCall } from "./unary-call.js";

/**
 * Makes gRPC calls over HTTP/2. It connects on the first call, and reconnects when a connection is lost. Throws TypeError
 * for an invalid address or service config.
 */
export function grpcTransport(options: GrpcTransportOptions): Transport {
  const transport = new GrpcTransport(options);
  return options.serviceConfig === undefined ? transport : withServiceConfig(transport, options.serviceConfig);
}

class GrpcTransport implements Transport {
  private readonly wire: ClientWire;

  constructor(options: GrpcTransportOptions) {
    this.wire = new ClientWire(options);
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
    new UnaryCall(this.wire, call, receiver).start();
  }

  stream(call: Call): Promise<StreamReply> {
    return new StreamCall(this.wire, call).begun();
  }

  openStream(call: Call): AsyncIterator<unknown> {
    const stream = new StreamCall(this.wire, call);
    stream.start();
    return stream;
  }

  close(): void {
    this.wire.channel.close();
  }
}
