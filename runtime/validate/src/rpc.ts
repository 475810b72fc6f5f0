/** Interceptors of `@protoloom/rpc` that let no invalid request pass, and what a ValidationError is to a peer. */
import { type ClientInterceptor, Code, type ServerInterceptor, StatusError } from "@protoloom/rpc";
import { BadRequest, BadRequest_FieldViolation } from "@protoloom/rpc/google/rpc/error_details";
import { ValidationError } from "./errors.js";
import type { Validators } from "./validators.js";
import type { Violation } from "./violation.js";

/**
 * Checks the requests that a server gets, each message of a stream before the handler sees it: an invalid one ends the call
 * with INVALID_ARGUMENT and a google.rpc.BadRequest. So does a ValidationError that a handler throws. Messages without rules
 * pass.
 *
 * @example
 * createServer({ interceptors: [validateRequests(validators_shop_order)] });
 */
export function validateRequests(...tables: readonly Validators[]): ServerInterceptor {
  const check = checkOf(tables);
  return async (call, next) => {
    if (!call.stream) check(call.message);
    try {
      return await next(call.stream ? { ...call, messages: checked(call.messages, check) } : call);
    } catch (e) {
      throw e instanceof ValidationError ? toStatusError(e) : e;
    }
  };
}

/**
 * Checks the requests that a client sends, before anything leaves it. The call fails as the server would make it fail.
 *
 * @example
 * createClient(OrdersService, transport, { interceptors: [validateCalls(validators_shop_order)] });
 */
export function validateCalls(...tables: readonly Validators[]): ClientInterceptor {
  const check = checkOf(tables);
  return async (call, next) => {
    if (call.stream) return next({ ...call, messages: checked(call.messages, check) });
    check(call.message);
    return next(call);
  };
}

/** A ValidationError as INVALID_ARGUMENT, with each violation in a google.rpc.BadRequest. */
export function toStatusError(error: ValidationError): StatusError {
  const fieldViolations = error.violations.map(
    (violation) =>
      new BadRequest_FieldViolation({
        field: violation.path,
        description: violation.message,
        reason: violation.ruleId,
      }),
  );
  return new StatusError(Code.InvalidArgument, error.message, {
    details: [new BadRequest({ fieldViolations })],
    cause: error,
  });
}

function checkOf(tables: readonly Validators[]): (message: unknown) => void {
  const validators = new Map(tables.flatMap((table) => Object.entries(table))) as Map<
    string,
    (m: unknown) => Violation[]
  >;
  return (message) => {
    const { $typeName } = message as { readonly $typeName?: string };
    const violations = validators.get($typeName ?? "")?.(message) ?? [];
    if (violations.length > 0) throw toStatusError(new ValidationError(violations));
  };
}

async function* checked(messages: AsyncIterable<unknown>, check: (message: unknown) => void): AsyncIterable<unknown> {
  for await (const message of messages) {
    check(message);
    yield message;
  }
}
