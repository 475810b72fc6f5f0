import { Channel, type ChannelCredentials, credentials as grpcCredentials } from "@grpc/grpc-js";
import { CallList } from "../call/call-list.js";
import type { StreamCall, StreamReply, Transport, UnaryCall, UnaryReply } from "../transport/transport.js";
import { clientChannelOptions } from "./channel-options.js";
import type { GrpcJsTransportOptions } from "./options.js";
import type { RunningCall } from "./running-call.js";
import { callStream } from "./stream-call.js";
import { callUnary } from "./unary-call.js";

/**
 * Makes gRPC calls through @grpc/grpc-js, with its name resolution, load balancing, service config and retries.
 * Connects on first use, and reconnects when a connection is lost.
 *
 * @example
 * const transport = grpcJsTransport({ address: "xds:///shop.v1.OrderService" });
 */
export function grpcJsTransport(options: GrpcJsTransportOptions): Transport {
  return new GrpcJsTransport(options);
}

class GrpcJsTransport implements Transport {
  readonly #channel: Channel;
  readonly #running = new CallList<RunningCall>();

  constructor(options: GrpcJsTransportOptions) {
    this.#channel = new Channel(options.address, channelCredentials(options), clientChannelOptions(options));
  }

  unary(call: UnaryCall): Promise<UnaryReply> {
    return callUnary(this.#channel, call, this.#running);
  }

  stream(call: StreamCall): Promise<StreamReply> {
    return callStream(this.#channel, call, this.#running);
  }

  /** A channel of grpc-js that is closed lets its calls go on. */
  close(): void {
    this.#channel.close();
    for (const call of this.#running.all()) call.close();
  }
}

function channelCredentials({ tls, credentials, callCredentials }: GrpcJsTransportOptions): ChannelCredentials {
  const base = credentials ?? (tls === undefined ? grpcCredentials.createInsecure() : secure(tls === true ? {} : tls));
  return callCredentials === undefined ? base : grpcCredentials.combineChannelCredentials(base, callCredentials);
}

function secure({ ca, cert, key }: Exclude<GrpcJsTransportOptions["tls"], true | undefined>): ChannelCredentials {
  const buffer = (pem: Uint8Array | string | undefined): Buffer | null =>
    pem === undefined ? null : Buffer.from(pem as string);
  return grpcCredentials.createSsl(buffer(ca), buffer(key), buffer(cert));
}
