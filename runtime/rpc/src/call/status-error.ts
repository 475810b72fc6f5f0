import { Code, codeName } from "./code.js";
import type { ErrorDetail } from "./error-detail.js";
import { Metadata } from "./metadata.js";
import { readDetails } from "./status-details.js";

/** A message that can be an error detail: one of the generated google.rpc types, or your own. */
export interface DetailMessage {
  /** The full proto name. */
  readonly $typeName: string;
  /** Encodes the message. */
  toBinary(): Uint8Array;
}

/** The optional parts of a StatusError. */
export interface StatusErrorInit {
  /** Machine-readable details of the error. They are sent to the peer, which finds them by type. */
  readonly details?: readonly DetailMessage[] | undefined;
  /** The cause of the error. It never leaves this process. */
  readonly cause?: unknown;
}

/** Further properties that this package sets on an error. */
interface Origin {
  readonly path?: string | undefined;
  readonly headers?: Metadata | undefined;
  readonly trailers?: Metadata | undefined;
}

/**
 * The error of this package: a client gets it when a call fails, and a handler throws it to make a call fail.
 *
 * @example
 * throw new StatusError(Code.FailedPrecondition, "the order is paid", { details: [new ErrorInfo({ reason: "PAID" })] });
 *
 * try {
 *   await client.payOrder({ id: "7" });
 * } catch (error) {
 *   if (error instanceof StatusError && error.code === Code.FailedPrecondition) showPaid();
 *   else throw error;
 * }
 */
export class StatusError extends Error {
  override readonly name = "StatusError";
  /** The gRPC status code. */
  readonly code: Code;
  /** The status text only; `message` also has the method and the code. */
  readonly text: string;
  /** The details, encoded; `findDetails` decodes those of one type. */
  readonly details: readonly ErrorDetail[];
  /** The method that was called, such as `/shop.v1.Orders/Get`; undefined in an error that a handler throws. */
  readonly path: string | undefined;
  /** The headers that the server sent, if it sent any before the call failed. */
  readonly headers: Metadata;
  /** Whether the server sent headers, even without metadata. Retry policies do not repeat such a call. */
  readonly hasHeaders: boolean;
  /** The trailers that the server sent. They are not sent on by a handler that throws this error again. */
  readonly trailers: Metadata;

  constructor(code: Code, text: string, { details, ...init }: StatusErrorInit & Origin = {}) {
    const parts = [init.path, codeName(code), text].filter((part) => part !== undefined && part !== "");
    super(parts.join(": "), init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.text = text;
    this.path = init.path;
    this.headers = init.headers ?? new Metadata();
    this.hasHeaders = init.headers !== undefined;
    this.trailers = init.trailers ?? new Metadata();
    this.details = details?.map(pack) ?? readDetails(this.trailers);
  }

  /** Returns the decoded details of this type. Throws a ProtobufError if the peer sent a malformed one. */
  findDetails<M>(type: { readonly typeName: string; fromBinary(bytes: Uint8Array): M }): M[] {
    return this.details
      .filter(({ typeUrl }) => typeUrl.slice(typeUrl.lastIndexOf("/") + 1) === type.typeName)
      .map(({ value }) => type.fromBinary(value));
  }

  /** For logs. Details are listed by type only, since their classes are not known here. */
  toJSON(): object {
    const { name, code, text, path, details } = this;
    return { name, code: codeName(code), text, path, details: details.map(({ typeUrl }) => typeUrl) };
  }
}

function pack(message: DetailMessage): ErrorDetail {
  return { typeUrl: `type.googleapis.com/${message.$typeName}`, value: message.toBinary() };
}

/**
 * Whether a value is a StatusError, with this code if given. Also recognises errors from another copy of this package.
 */
export function isStatusError(value: unknown, code?: Code): value is StatusError {
  if (!(value instanceof Error) || value.name !== "StatusError" || !("code" in value)) return false;
  return code === undefined || value.code === code;
}

/** The error of a call that the server ended with this status. `headers` are those that it sent before, if it did. */
export function receivedError(
  path: string,
  code: Code,
  text: string,
  trailers: Metadata,
  headers?: Metadata,
): StatusError {
  return new StatusError(code, text, { path, headers, trailers });
}

/** The error of a call that failed on this side. */
export function localError(path: string, code: Code, text: string, cause?: unknown): StatusError {
  return new StatusError(code, text, { path, cause });
}

/** The error of a call that the caller's signal ended. */
export function cancelledError(path: string, reason: unknown): StatusError {
  return localError(path, Code.Cancelled, "cancelled by the caller", reason);
}

/** The error of a call whose requests cannot be obtained or sent. */
export function requestError(path: string, thrown: unknown): StatusError {
  if (isStatusError(thrown)) return thrown;
  return localError(
    path,
    Code.Cancelled,
    `the requests failed: ${(thrown as Error)?.message ?? String(thrown)}`,
    thrown,
  );
}
