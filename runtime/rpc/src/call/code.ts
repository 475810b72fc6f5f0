/** The status codes of gRPC (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
export const Code = {
  Ok: 0,
  Cancelled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const;

export type Code = (typeof Code)[keyof typeof Code];

const names = new Map<number, string>(
  Object.entries(Code).map(([name, code]) => [code, name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase()]),
);

/** The name of a code in the gRPC documents, such as `NOT_FOUND`. */
export function codeName(code: number): string {
  return names.get(code) ?? `CODE_${code}`;
}

/** Converts a number from the wire; an undefined code becomes UNKNOWN (gRPC, "Status codes and their use"). */
export function toCode(value: number): Code {
  return names.has(value) ? (value as Code) : Code.Unknown;
}
