import { ConnectError } from "@connectrpc/connect";
import { type Code, toCode } from "../call/code.js";
import type { FinalStatus } from "../call/final-status.js";
import { isStatusError, StatusError } from "../call/status-error.js";
import { addToHeaders, fromHeaders } from "./headers.js";

/** The codes of Connect are those of gRPC. */
export function fromConnectError(path: string, thrown: unknown): StatusError {
  if (isStatusError(thrown)) return thrown;
  const { code, rawMessage, metadata, details, cause } = ConnectError.from(thrown);
  const packed = details.flatMap((detail) =>
    "type" in detail ? [{ $typeName: detail.type, toBinary: () => detail.value }] : [],
  );
  return new StatusError(toCode(code), rawMessage, { path, cause, trailers: fromHeaders(metadata), details: packed });
}

/** The error for a status other than OK. */
export function toConnectError({ code, text, details, trailers }: FinalStatus): ConnectError {
  const error = new ConnectError(text, code as Exclude<Code, 0> as number, addToHeaders(new Headers(), trailers));
  error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
  return error;
}
