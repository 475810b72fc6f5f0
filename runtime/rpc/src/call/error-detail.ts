/** A message in a google.protobuf.Any. */
export interface ErrorDetail {
  /** The type of the message, such as `type.googleapis.com/google.rpc.BadRequest`. */
  readonly typeUrl: string;
  /** The encoded message. */
  readonly value: Uint8Array;
}
