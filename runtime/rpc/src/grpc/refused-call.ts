import type { Code } from "../call/code.js";
import type { Connection } from "../http2/connection.js";
import { ErrorCode } from "../http2/frame/frame.js";
import { ConstantFields } from "../http2/hpack/encoder.js";
import type { Stream, StreamEvents } from "../http2/stream.js";
import { percentEncode } from "./status-message.js";

const unsupported = new ConstantFields([[":status", "415"]]);
const responseFields = new ConstantFields([
  [":status", "200"],
  ["content-type", "application/grpc+proto"],
]);

/** A request that is answered without a handler. The rest of it is dropped. */
export class RefusedCall implements StreamEvents {
  readonly #connection: Connection;
  readonly #stream: Stream;
  readonly #status: { readonly code: Code; readonly text: string } | undefined;

  /** Without a status, the request is not gRPC. */
  constructor(connection: Connection, stream: Stream, status?: { readonly code: Code; readonly text: string }) {
    this.#connection = connection;
    this.#stream = stream;
    this.#status = status;
  }

  answer(): this {
    const connection = this.#connection;
    const stream = this.#stream;
    const status = this.#status;
    const { encoder } = connection;
    encoder.begin();
    encoder.constants(status === undefined ? unsupported : responseFields);
    if (status !== undefined) {
      encoder.field("grpc-status", String(status.code));
      encoder.field("grpc-message", percentEncode(status.text));
    }
    connection.sendFields(stream, true);
    if (!stream.isClosed) connection.reset(stream, ErrorCode.NoError);
    return this;
  }

  onFields(): void {}
  onData(): void {}
  onEnd(): void {}
  onReset(): void {}
  onWritable(): void {}
  onTrailersDue(): void {}
}
