import { Code } from "../call/code.js";
import type { Method } from "../call/method.js";
import { localError } from "../call/status-error.js";
import { ConstantFields } from "../http2/hpack/encoder.js";
import type { Compression } from "../transport/listener.js";
import type { ClientCall } from "../transport/transport.js";
import { Channel } from "./channel.js";
import type { GrpcTransportOptions } from "./client-options.js";
import { ACCEPTED_ENCODINGS } from "./compression.js";

const DEFAULT_MAX_RECEIVE = 4 * 1024 * 1024;

/** The state that all calls of a transport share. */
export class ClientWire {
  readonly channel: Channel;
  readonly compression: Compression | undefined;
  readonly maxSendBytes: number;
  readonly maxReceiveBytes: number;
  readonly #scheme: string;
  readonly authority: string;
  readonly #heads = new Map<string, ConstantFields>();

  constructor(options: GrpcTransportOptions) {
    this.channel = new Channel(options);
    this.compression = options.compression;
    this.maxSendBytes = options.maxSendBytes ?? Number.POSITIVE_INFINITY;
    this.maxReceiveBytes = options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE;
    this.#scheme = options.tls === undefined ? "http" : "https";
    const tls = options.tls === true ? undefined : options.tls;
    this.authority = tls?.serverName ?? this.channel.target.authority;
  }

  /** The leading fields of all calls of a method (gRPC over HTTP/2, "Requests"). */
  headOf({ path }: Method): ConstantFields {
    let head = this.#heads.get(path);
    if (head === undefined) {
      head = this.#makeHead(path);
      this.#heads.set(path, head);
    }
    return head;
  }

  #makeHead(path: string): ConstantFields {
    const fields: [string, string][] = [
      [":method", "POST"],
      [":scheme", this.#scheme],
      [":path", path],
      [":authority", this.authority],
      ["te", "trailers"],
      ["content-type", "application/grpc+proto"],
      ["user-agent", "grpc-typescript-protoloom"],
      ["grpc-accept-encoding", ACCEPTED_ENCODINGS],
    ];
    if (this.compression !== undefined) fields.push(["grpc-encoding", this.compression]);
    return new ConstantFields(fields);
  }

  /** Throws StatusError if the request is too large. */
  checkSize({ path }: Method, size: number): void {
    const { maxSendBytes: limit } = this;
    if (size <= limit) return;
    throw localError(path, Code.ResourceExhausted, `request of ${size} bytes, the limit is ${limit}`);
  }

  /** The compression of a message of this call, if any. */
  compressionOf({ compress }: ClientCall, message: unknown): Compression | undefined {
    if (this.compression === undefined) return undefined;
    return (typeof compress === "function" ? compress(message) : compress) ? this.compression : undefined;
  }
}
