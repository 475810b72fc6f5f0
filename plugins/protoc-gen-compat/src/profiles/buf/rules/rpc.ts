import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { type BufRule, quote } from "../annotation.js";
import { located, part, type SourceMethod } from "../source.js";

const METHOD_INPUT = 2;
const METHOD_OUTPUT = 3;
const METHOD_OPTIONS = 4;
const IDEMPOTENCY_LEVEL = 34;

export const rpcRules: readonly BufRule[] = [
  {
    id: "RPC_NO_DELETE",
    on: "service",
    check(report, next, previous) {
      for (const name of previous.methods.keys()) {
        if (next.methods.has(name)) continue;
        const text = `Previously present RPC ${quote(name)} on service ${quote(next.proto.name)} was deleted.`;
        report(text, located(next) ?? next.file, previous);
      }
    },
  },
  streaming("RPC_SAME_CLIENT_STREAMING", "client", ({ proto }) => proto.clientStreaming),
  streaming("RPC_SAME_SERVER_STREAMING", "server", ({ proto }) => proto.serverStreaming),
  type("RPC_SAME_REQUEST_TYPE", "request", METHOD_INPUT, ({ proto }) => proto.inputType),
  type("RPC_SAME_RESPONSE_TYPE", "response", METHOD_OUTPUT, ({ proto }) => proto.outputType),
  {
    id: "RPC_SAME_IDEMPOTENCY_LEVEL",
    on: "method",
    check(report, next, previous) {
      const [before, after] = [previous, next].map(({ proto }) => Idempotency[proto.options?.idempotencyLevel ?? 0]!);
      if (before === after) return;
      const text = `${rpc(next)} changed option "idempotency_level" from ${quote(before!)} to ${quote(after!)}.`;
      report(text, located(part(next, METHOD_OPTIONS, IDEMPOTENCY_LEVEL)) ?? next.file, previous);
    },
  },
];

function rpc(method: SourceMethod): string {
  return `RPC ${quote(method.proto.name)} on service ${quote(method.service.proto.name)}`;
}

function streaming(id: string, side: string, isStreaming: (method: SourceMethod) => boolean): BufRule {
  return {
    id,
    on: "method",
    check(report, next, previous) {
      if (isStreaming(next) === isStreaming(previous)) return;
      const [before, after] = isStreaming(next) ? ["unary", "streaming"] : ["streaming", "unary"];
      report(`${rpc(next)} changed from ${side} ${before} to ${side} ${after}.`, located(next) ?? next.file, previous);
    },
  };
}

function type(id: string, part_: string, number: number, typeOf: (method: SourceMethod) => string): BufRule {
  return {
    id,
    on: "method",
    check(report, next, previous) {
      const [before, after] = [typeOf(previous).slice(1), typeOf(next).slice(1)];
      if (before === after) return;
      const text = `${rpc(next)} changed ${part_} type from ${quote(before)} to ${quote(after)}.`;
      report(text, located(part(next, number)) ?? next.file, previous);
    },
  };
}
