/** Our server in the interoperability cases (gRPC, "Interoperability Test Case Descriptions", "Server"). */
import { setTimeout } from "node:timers/promises";
import { Code, type Context, createServer, type Server, StatusError } from "@protoloom/rpc";
import { TestService, type TestServiceHandlers } from "../../gen/ts/grpc/testing_grpc.js";
import type { BoolValue, EchoStatus, StreamingOutputCallRequest } from "../../gen/ts/grpc/testing_pb.js";

export function createTestServer(): Server {
  return createServer().add(TestService, handlers);
}

const handlers: Partial<TestServiceHandlers> = {
  emptyCall: () => ({}),

  unaryCall(request, context) {
    echoMetadata(context);
    checkCompressed(request.expectCompressed, context);
    checkStatus(request.responseStatus);
    context.compress = request.responseCompressed?.value === true;
    return { payload: { body: new Uint8Array(request.responseSize) } };
  },

  async *streamingOutputCall(request, context) {
    yield* answer(request, context);
  },

  async streamingInputCall(requests, context) {
    let aggregatedPayloadSize = 0;
    for await (const { payload, expectCompressed } of requests) {
      checkCompressed(expectCompressed, context);
      aggregatedPayloadSize += payload?.body.length ?? 0;
    }
    return { aggregatedPayloadSize };
  },

  async *fullDuplexCall(requests, context) {
    echoMetadata(context);
    for await (const request of requests) {
      checkStatus(request.responseStatus);
      yield* answer(request, context);
    }
  },
};

async function* answer({ responseParameters }: StreamingOutputCallRequest, context: Context) {
  for (const { size, intervalUs, compressed } of responseParameters) {
    if (intervalUs > 0) await setTimeout(intervalUs / 1000);
    context.compress = compressed?.value === true;
    yield { payload: { body: new Uint8Array(size) } };
  }
}

function echoMetadata({ metadata, headers, trailers }: Context): void {
  for (const value of metadata.getAll("x-grpc-test-echo-initial")) headers.append("x-grpc-test-echo-initial", value);
  for (const value of metadata.getAll("x-grpc-test-echo-trailing-bin"))
    trailers.append("x-grpc-test-echo-trailing-bin", value);
}

function checkCompressed(expected: BoolValue | undefined, { requestCompressed }: Context): void {
  if (expected === undefined || expected.value === requestCompressed) return;
  const found = requestCompressed ? "a compressed one" : "one that is not";
  throw new StatusError(
    Code.InvalidArgument,
    `expected a ${expected.value ? "compressed" : "plain"} request, got ${found}`,
  );
}

function checkStatus(status: EchoStatus | undefined): void {
  if (status !== undefined && status.code !== Code.Ok) throw new StatusError(status.code as Code, status.message);
}
