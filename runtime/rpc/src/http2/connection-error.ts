import { ErrorCode, errorName } from "./frame/frame.js";

/** A violation by the peer that ends the connection (RFC 9113, section 5.4.1). */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly code: number;

  constructor(code: number, text: string) {
    super(`${errorName(code)}: ${text}`);
    this.code = code;
  }
}

export function protocolError(text: string): ConnectionError {
  return new ConnectionError(ErrorCode.ProtocolError, text);
}

/** Throws ConnectionError unless a frame has the size that its type requires. */
export function checkSize(name: string, size: number, expected: number): void {
  if (size !== expected) throw new ConnectionError(ErrorCode.FrameSizeError, `${name} of ${size} bytes`);
}
