import { type ErrorCode, errorName } from "./frame/frame.js";

/** A mistake of the peer after which the connection cannot go on (RFC 9113, section 5.4.1). */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, text: string) {
    super(`${errorName(code)}: ${text}`);
    this.code = code;
  }
}
