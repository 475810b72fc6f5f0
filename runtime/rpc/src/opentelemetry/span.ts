import { type Attributes, type Context, context, metrics, type Span, SpanStatusCode } from "@opentelemetry/api";
import { Code } from "../call/code.js";
import type { Method } from "../call/method.js";
import { isStatusError } from "../call/status-error.js";

export const INSTRUMENTATION = "@protoloom/rpc";

/** Attributes of a call by the semantic conventions for RPC. */
export function attributesOf(method: Method): Attributes {
  const [, service = "", name = ""] = method.path.split("/");
  return { "rpc.system": "grpc", "rpc.service": service, "rpc.method": name };
}

/** The span's name: the path without the leading slash. */
export function nameOf(method: Method): string {
  return method.path.slice(1);
}

type Metric = "rpc.client.duration" | "rpc.server.duration";

/** Ends the span of a call, and records how long the call took, in milliseconds. */
export class CallRecord {
  readonly #span: Span;
  readonly #attributes: Attributes;
  readonly #metric: Metric;
  readonly #isError: (code: Code) => boolean;
  readonly #start = performance.now();
  #isOver = false;

  constructor(span: Span, attributes: Attributes, metric: Metric, isError: (code: Code) => boolean) {
    this.#span = span;
    this.#attributes = attributes;
    this.#metric = metric;
    this.#isError = isError;
  }

  succeeded(): void {
    this.#end(Code.Ok);
  }

  failed(thrown: unknown): void {
    const code = isStatusError(thrown) ? thrown.code : Code.Unknown;
    if (!this.#isOver && this.#isError(code)) {
      this.#span.setStatus({
        code: SpanStatusCode.ERROR,
        message: isStatusError(thrown) ? thrown.text : String(thrown),
      });
      if (thrown instanceof Error && !isStatusError(thrown)) this.#span.recordException(thrown);
    }
    this.#end(code);
  }

  #end(code: Code): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#span.setAttribute("rpc.grpc.status_code", code);
    this.#span.end();
    const histogram = metrics.getMeter(INSTRUMENTATION).createHistogram(this.#metric, { unit: "ms" });
    histogram.record(performance.now() - this.#start, { ...this.#attributes, "rpc.grpc.status_code": code });
  }
}

/** Produces the reply in this context, and ends the record with the reply: for a stream, with its last message. */
export async function recordReply<R extends { readonly stream: boolean }>(
  record: CallRecord,
  active: Context,
  reply: () => Promise<R>,
): Promise<R> {
  try {
    const made = await context.with(active, reply);
    if (isStream(made)) {
      return { ...made, messages: recorded(made.messages, record, (step) => context.with(active, step)) };
    }
    record.succeeded();
    return made;
  } catch (e) {
    record.failed(e);
    throw e;
  }
}

interface StreamReply {
  readonly stream: true;
  readonly messages: AsyncIterable<unknown>;
}

function isStream<R extends { readonly stream: boolean }>(reply: R): reply is R & StreamReply {
  return reply.stream;
}

/** The messages; the record ends with them, and `run` wraps each step. */
function recorded(
  messages: AsyncIterable<unknown>,
  record: CallRecord,
  run: <T>(step: () => T) => T,
): AsyncIterable<unknown> {
  const iterator = messages[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const result = await run(() => iterator.next());
          if (result.done) record.succeeded();
          return result;
        } catch (e) {
          record.failed(e);
          throw e;
        }
      },
      async return() {
        record.succeeded();
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}
