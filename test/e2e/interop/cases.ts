/** The 18 cases as our client plays them (gRPC, "Interoperability Test Case Descriptions"). */
import { expect } from "@jest/globals";
import { Code, createClient, type Metadata } from "@protoloom/rpc";
import { grpcTransport, type TlsClient } from "@protoloom/rpc/grpc";
import { TestService, type TestServiceClient, UnimplementedService } from "../../gen/ts/grpc/testing_grpc.js";
import type { StreamingInputCallRequest, StreamingOutputCallResponse } from "../../gen/ts/grpc/testing_pb.js";
import { collect, failure } from "../../runtime/rpc/failures.js";
import { Relay } from "./relay.js";

/** The result of a case. */
interface Stage {
  readonly client: TestServiceClient;
  /** Sees how many bytes travel: it tells compressed messages from others. */
  readonly relay: Relay;
  /** The server says whether a request was compressed: it refuses one that is not as it says of itself. */
  readonly probes: boolean;
  /** Which of two responses of a stream the server compresses, when it is asked for the first. */
  readonly replies: readonly [boolean, boolean];
}

export type Abilities = Pick<Stage, "probes" | "replies">;

/** Plays one case against a server. */
export async function play(
  name: CaseName,
  port: number,
  abilities: Abilities,
  tls?: TlsClient | undefined,
): Promise<void> {
  const relay = await Relay.open(port);
  const transport = grpcTransport({ address: `127.0.0.1:${relay.port}`, compression: "gzip", tls });
  try {
    const client = createClient(TestService, transport, { compress: false, deadline: 20_000 });
    if (name === "unimplemented_service") {
      const nowhere = createClient(UnimplementedService, transport, { deadline: 20_000 });
      expect((await failure(nowhere.unimplementedCall({}))).code).toBe(Code.Unimplemented);
    } else await cases[name]({ client, relay, ...abilities });
  } finally {
    transport.close();
    await relay.close();
  }
}

export type CaseName = keyof typeof cases | "unimplemented_service";

const zeros = (size: number) => ({ body: new Uint8Array(size) });
const UPLOADS = [27182, 8, 1828, 45904];
const DOWNLOADS = [31415, 9, 2653, 58979];
const sizesOf = (replies: readonly StreamingOutputCallResponse[]) => replies.map(({ payload }) => payload?.body.length);

const cases = {
  async empty_unary({ client }: Stage) {
    expect((await client.emptyCall({})).toBinary().length).toBe(0);
  },

  async large_unary({ client }: Stage) {
    const reply = await client.unaryCall({ responseSize: 314159, payload: zeros(271828) });
    expect(reply.payload?.body).toEqual(new Uint8Array(314159));
  },

  async client_streaming({ client }: Stage) {
    const reply = await client.streamingInputCall(UPLOADS.map((size) => ({ payload: zeros(size) })));
    expect(reply.aggregatedPayloadSize).toBe(74922);
  },

  async server_streaming({ client }: Stage) {
    const responseParameters = DOWNLOADS.map((size) => ({ size }));
    expect(sizesOf(await collect(client.streamingOutputCall({ responseParameters })))).toEqual(DOWNLOADS);
  },

  async ping_pong({ client }: Stage) {
    const answered: number[] = [];
    const requests = async function* () {
      for (const [i, size] of DOWNLOADS.entries()) {
        expect(answered.length).toBe(i);
        yield { responseParameters: [{ size }], payload: zeros(UPLOADS[i]!) };
        while (answered.length === i) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    for await (const { payload } of client.fullDuplexCall(requests)) answered.push(payload!.body.length);
    expect(answered).toEqual(DOWNLOADS);
  },

  async empty_stream({ client }: Stage) {
    expect(await collect(client.fullDuplexCall([]))).toEqual([]);
  },

  async timeout_on_sleeping_server({ client }: Stage) {
    const requests = async function* () {
      yield { payload: zeros(27182) };
      await new Promise(() => {});
    };
    const error = await failure(client.fullDuplexCall(requests, { deadline: 1 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
  },

  async cancel_after_begin({ client }: Stage) {
    const controller = new AbortController();
    const call = client.streamingInputCall(() => never(), { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect((await failure(call)).code).toBe(Code.Cancelled);
  },

  async cancel_after_first_response({ client }: Stage) {
    const controller = new AbortController();
    const requests = async function* () {
      yield { responseParameters: [{ size: 31415 }], payload: zeros(27182) };
      await new Promise(() => {});
    };
    const replies = client.fullDuplexCall(requests, { signal: controller.signal })[Symbol.asyncIterator]();
    expect((await replies.next()).value?.payload?.body.length).toBe(31415);
    controller.abort();
    expect((await failure(replies.next())).code).toBe(Code.Cancelled);
  },

  async custom_metadata({ client }: Stage) {
    const metadata = {
      "x-grpc-test-echo-initial": "test_initial_metadata_value",
      "x-grpc-test-echo-trailing-bin": Uint8Array.of(0xab, 0xab, 0xab),
    };
    const got: Metadata[] = [];
    const keep = (each: Metadata): void => void got.push(each);
    const options = { metadata, onHeaders: keep, onTrailers: keep };
    await client.unaryCall({ responseSize: 314159, payload: zeros(271828) }, options);
    const request = { responseParameters: [{ size: 314159 }], payload: zeros(271828) };
    expect(sizesOf(await collect(client.fullDuplexCall([request], options)))).toEqual([314159]);
    expect(got.length).toBe(4);
    for (const headers of [got[0], got[2]])
      expect(headers?.get("x-grpc-test-echo-initial")).toBe("test_initial_metadata_value");
    for (const trailers of [got[1], got[3]])
      expect(trailers?.get("x-grpc-test-echo-trailing-bin")).toEqual(Uint8Array.of(0xab, 0xab, 0xab));
  },

  async status_code_and_message({ client }: Stage) {
    const responseStatus = { code: 2, message: "test status message" };
    for (const call of [client.unaryCall({ responseStatus }), client.fullDuplexCall([{ responseStatus }])])
      expect(await failure(call)).toMatchObject({ code: Code.Unknown, text: "test status message" });
  },

  async special_status_message({ client }: Stage) {
    const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const error = await failure(client.unaryCall({ responseStatus: { code: 2, message } }));
    expect(error).toMatchObject({ code: Code.Unknown, text: message });
  },

  async unimplemented_method({ client }: Stage) {
    expect((await failure(client.unimplementedCall({}))).code).toBe(Code.Unimplemented);
  },

  async client_compressed_unary({ client, relay, probes }: Stage) {
    const request = { responseSize: 314159, payload: zeros(271828) };
    const compressed = { ...request, expectCompressed: { value: true } };
    if (probes) expect((await failure(client.unaryCall(compressed))).code).toBe(Code.InvalidArgument);
    const squeezed = await relay.countUp(() => client.unaryCall(compressed, { compress: true }));
    const plain = await relay.countUp(() => client.unaryCall({ ...request, expectCompressed: { value: false } }));
    expect(squeezed.bytes).toBeLessThan(10_000);
    expect(plain.bytes).toBeGreaterThan(271_828);
    for (const { result } of [squeezed, plain]) expect(result.payload?.body.length).toBe(314159);
  },

  async server_compressed_unary({ client, relay }: Stage) {
    const request = { responseSize: 314159, payload: zeros(271828) };
    const call = (value: boolean) =>
      relay.countDown(() => client.unaryCall({ ...request, responseCompressed: { value } }));
    const squeezed = await call(true);
    const plain = await call(false);
    expect(squeezed.bytes).toBeLessThan(10_000);
    expect(plain.bytes).toBeGreaterThan(314_159);
    for (const { result } of [squeezed, plain]) expect(result.payload?.body.length).toBe(314159);
  },

  async client_compressed_streaming({ client, relay, probes }: Stage) {
    const first = { payload: zeros(27182), expectCompressed: { value: true } };
    if (probes) expect((await failure(client.streamingInputCall([first]))).code).toBe(Code.InvalidArgument);
    const requests = [first, { payload: zeros(45904), expectCompressed: { value: false } }];
    const compress = (request: unknown) => (request as StreamingInputCallRequest).expectCompressed!.value;
    const { result, bytes } = await relay.countUp(() => client.streamingInputCall(requests, { compress }));
    expect(result.aggregatedPayloadSize).toBe(73086);
    expect(bytes).toBeGreaterThan(45_904);
    expect(bytes).toBeLessThan(45_904 + 10_000); // the first is not among them
  },

  async server_compressed_streaming({ client, relay, replies }: Stage) {
    const sizes = [31415, 92653];
    const responseParameters = sizes.map((size, i) => ({ size, compressed: { value: i === 0 } }));
    const call = () => collect(client.streamingOutputCall({ responseParameters }));
    const { result, bytes } = await relay.countDown(call);
    expect(sizesOf(result)).toEqual(sizes);
    const plain = sizes.reduce((sum, size, i) => (replies[i] ? sum : sum + size), 0);
    expect(bytes).toBeGreaterThan(plain);
    expect(bytes).toBeLessThan(plain + 10_000);
  },
};

export const caseNames: readonly CaseName[] = [...(Object.keys(cases) as CaseName[]), "unimplemented_service"];

async function* never(): AsyncGenerator<never> {
  await new Promise(() => {});
}
