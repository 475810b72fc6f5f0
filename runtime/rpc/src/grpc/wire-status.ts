import { Code, toCode } from "../call/code.js";
import type { Fields } from "../http2/fields.js";
import { ErrorCode, errorName } from "../http2/frame/frame.js";
import { percentDecode } from "./status-message.js";

/** The final status of a call, from the server or a proxy. */
export interface WireStatus {
  readonly code: Code;
  readonly text: string;
}

/** The status in trailers (gRPC over HTTP/2, "Responses"). */
export function statusOfTrailers(fields: Fields): WireStatus {
  const code = fields.get("grpc-status");
  if (code === undefined) {
    if (fields.isTooLarge) return { code: Code.ResourceExhausted, text: "trailers over the limit of metadata" };
    return { code: Code.Unknown, text: "the server sent trailers without grpc-status" };
  }
  const text = percentDecode(fields.get("grpc-message") ?? "");
  return { code: /^\d+$/.test(code) ? toCode(Number(code)) : Code.Unknown, text };
}

const httpCodes: Readonly<Record<string, Code>> = {
  400: Code.Internal,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.Unimplemented,
  429: Code.Unavailable,
  502: Code.Unavailable,
  503: Code.Unavailable,
  504: Code.Unavailable,
};

/** gRPC, "HTTP to gRPC Status Code Mapping". */
export function statusOfHttp(status: string): WireStatus {
  const code = Object.hasOwn(httpCodes, status) ? httpCodes[status]! : Code.Unknown;
  return { code, text: `the server answered with HTTP status ${status}` };
}

/** gRPC over HTTP/2, "Errors". */
export function statusOfReset(code: number): WireStatus {
  const text = `the server reset the stream: ${errorName(code)}`;
  switch (code) {
    case ErrorCode.RefusedStream:
      return { code: Code.Unavailable, text };
    case ErrorCode.Cancel:
      return { code: Code.Cancelled, text };
    case ErrorCode.EnhanceYourCalm:
      return { code: Code.ResourceExhausted, text };
    case ErrorCode.InadequateSecurity:
      return { code: Code.PermissionDenied, text };
    default:
      return { code: Code.Internal, text };
  }
}
