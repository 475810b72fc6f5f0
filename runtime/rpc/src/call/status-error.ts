import { anyIs, anyPack } from "@protoloom/protobuf/wkt";
import type { Any } from "@protoloom/protobuf/wkt/any";
import { Code, codeName } from "./code.js";
import { Metadata } from "./metadata.js";
import { readDetails } from "./status-details.js";

/** A message that can be a detail of an error: one of the generated google.rpc types, or your own. */
export interface DetailMessage {
  readonly $typeName: string;
  toBinary(): Uint8Array;
}

export interface StatusErrorInit {
  /** Facts about the error that programs read: the peer gets them, and finds them by their type. */
  readonly details?: readonly DetailMessage[] | undefined;
  /** What led to the error. It stays in this process. */
  readonly cause?: unknown;
}

/** What this package knows of an error beside. */
interface Origin {
  readonly path?: string | undefined;
  readonly trailers?: Metadata | undefined;
}

/** The one error of this package: a call that failed, or a handler that makes it fail. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: Code;
  /** The text of the status alone: `message` has the method and the code too. */
  readonly text: string;
  /** As they travel: `findDetails` decodes those of one type. */
  readonly details: readonly Any[];
  /** The method that was called, `/shop.v1.Orders/Get`; undefined in an error that a handler throws. */
  readonly path: string | undefined;
  /** The trailers that the server sent. They are not sent on by a handler that throws this error again. */
  readonly trailers: Metadata;

  constructor(code: Code, text: string, { details, ...init }: StatusErrorInit & Origin = {}) {
    const parts = [init.path, codeName(code), text].filter((part) => part !== undefined && part !== "");
    super(parts.join(": "), init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.text = text;
    this.path = init.path;
    this.trailers = init.trailers ?? new Metadata();
    this.details = details?.map((detail) => anyPack(detail)) ?? readDetails(this.trailers);
  }

  /** The details of this type, decoded. Throws ProtobufError when the peer sent a malformed one. */
  findDetails<M>(type: { readonly typeName: string; fromBinary(bytes: Uint8Array): M }): M[] {
    return this.details.filter((any) => anyIs(any, type)).map((any) => type.fromBinary(any.value));
  }

  /** For logs: of details it says the types, since their classes are not known here. */
  toJSON(): object {
    const { name, code, text, path, details } = this;
    return { name, code: codeName(code), text, path, details: details.map(({ typeUrl }) => typeUrl) };
  }
}

/** Whether a value is a StatusError, with this code if one is given. Two copies of this package know each other's. */
export function isStatusError(value: unknown, code?: Code): value is StatusError {
  if (!(value instanceof Error) || value.name !== "StatusError" || !("code" in value)) return false;
  return code === undefined || value.code === code;
}

/** The error of a call whose server answered with this status. */
export function receivedError(path: string, code: Code, text: string, trailers: Metadata): StatusError {
  return new StatusError(code, text, { path, trailers });
}

/** The error of a call that failed on this side. */
export function localError(path: string, code: Code, text: string, cause?: unknown): StatusError {
  return new StatusError(code, text, { path, cause });
}

/** The error of a call that the caller's signal ended. */
export function cancelledError(path: string, reason: unknown): StatusError {
  return localError(path, Code.Cancelled, "cancelled by the caller", reason);
}

/** The error of a call whose requests cannot be had or sent. */
export function requestError(path: string, thrown: unknown): StatusError {
  if (isStatusError(thrown)) return thrown;
  return localError(
    path,
    Code.Cancelled,
    `the requests failed: ${(thrown as Error)?.message ?? String(thrown)}`,
    thrown,
  );
}
