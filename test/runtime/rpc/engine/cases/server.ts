import { FrameType } from "../../../../../runtime/rpc/src/http2/frame/frame.js";
import { type Endpoint, frame, literal, REQUEST, uint32 } from "../wire.js";
import type { FrameCase } from "./case.js";

const { Headers, Data, RstStream, Continuation, WindowUpdate, Priority } = FrameType;
const receive =
  (...frames: Uint8Array[]) =>
  ({ connection }: Endpoint): void => {
    for (const each of frames) connection.receive(each);
  };
const refused = ["RST_STREAM 1 PROTOCOL_ERROR"];
const request = (...fields: (readonly [string, string])[]) =>
  receive(frame(Headers, 5, 1, [...REQUEST, ...fields.flatMap(([name, value]) => literal(name, value))]));
const raw = (...fields: (readonly [string, string])[]) =>
  receive(
    frame(
      Headers,
      5,
      1,
      fields.flatMap(([name, value]) => literal(name, value)),
    ),
  );
const pseudo = { method: [":method", "POST"], scheme: [":scheme", "http"], path: [":path", "/"] } as const;

/** Rules of requests, and of the life of their streams. */
export const serverCases: readonly FrameCase[] = [
  ...(
    [
      ["8.2.1", "a name in upper case", request(["X-a", "1"])],
      ["8.2.1", "a name with a space", request(["x a", "1"])],
      ["8.2.1", "a name with a colon inside", request(["x:a", "1"])],
      ["8.2.1", "an empty name", request(["", "1"])],
      ["8.2.1", "a value with a line break", request(["x-a", "1\n2"])],
      ["8.2.1", "a value with NUL", request(["x-a", "1\0"])],
      ["8.2.1", "a value that begins with a space", request(["x-a", " 1"])],
      ["8.2.1", "a value that ends with a tab", request(["x-a", "1\t"])],
      ["8.2.2", "connection", request(["connection", "close"])],
      ["8.2.2", "transfer-encoding", request(["transfer-encoding", "chunked"])],
      ["8.2.2", "keep-alive", request(["keep-alive", "1"])],
      ["8.2.2", "proxy-connection", request(["proxy-connection", "1"])],
      ["8.2.2", "upgrade", request(["upgrade", "h2c"])],
      ["8.2.2", "te that is not trailers", request(["te", "gzip"])],
      ["8.3", "an unknown pseudo-field", request([":a", "1"])],
      ["8.3", "a pseudo-field of responses", request([":status", "200"])],
      ["8.3", "a pseudo-field behind others", raw(pseudo.method, pseudo.scheme, ["x-a", "1"], pseudo.path)],
      ["8.3.1", "no :method", raw(pseudo.scheme, pseudo.path)],
      ["8.3.1", "no :scheme", raw(pseudo.method, pseudo.path)],
      ["8.3.1", "no :path", raw(pseudo.method, pseudo.scheme)],
      ["8.3.1", "an empty :path", raw(pseudo.method, pseudo.scheme, [":path", ""])],
      ["8.3.1", "a pseudo-field twice", request(pseudo.method)],
      ["8.5", "CONNECT with a path", raw([":method", "CONNECT"], [":authority", "a"], pseudo.path)],
      ["8.1.1", "content-length that is no number", request(["content-length", "x"])],
      ["8.1.1", "two content-lengths that differ", request(["content-length", "0"], ["content-length", "1"])],
      ["8.1.1", "content-length without DATA", request(["content-length", "3"])],
    ] as const
  ).map(
    ([section, what, send]): FrameCase => ({
      section,
      rule: `a request with ${what} is malformed`,
      side: "server",
      send,
      expect: refused,
    }),
  ),
  {
    section: "8.1.1",
    rule: "DATA above content-length is malformed",
    side: "server",
    send: receive(
      frame(Headers, 4, 1, [...REQUEST, ...literal("content-length", "3")]),
      frame(Data, 0, 1, [1, 2, 3, 4]),
    ),
    expect: refused,
  },
  {
    section: "8.1.1",
    rule: "DATA below content-length is malformed",
    side: "server",
    send: receive(frame(Headers, 4, 1, [...REQUEST, ...literal("content-length", "3")]), frame(Data, 1, 1, [1, 2])),
    expect: refused,
  },
  {
    section: "8.1.1",
    rule: "padding is no content",
    side: "server",
    send: receive(
      frame(Headers, 4, 1, [...REQUEST, ...literal("content-length", "3")]),
      frame(Data, 9, 1, [4, 1, 2, 3, 0, 0, 0, 0]),
    ),
    expect: [],
  },
  {
    section: "8.1",
    rule: "trailers that do not end the stream are malformed",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(Headers, 4, 1, literal("x-a", "1"))),
    expect: refused,
  },
  {
    section: "8.1",
    rule: "pseudo-fields in trailers are malformed",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(Headers, 5, 1, REQUEST)),
    expect: refused,
  },
  {
    section: "8.1",
    rule: "trailers end a request",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(Headers, 5, 1, literal("x-a", "1"))),
    expect: [],
  },
  {
    section: "6.1",
    rule: "padding that is longer than its frame is an error",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(Data, 8, 1, [5, 1, 2])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.1",
    rule: "padded DATA without the length of its padding is an error",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(Data, 8, 1)),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.2",
    rule: "padding of HEADERS that is longer than its frame is an error",
    side: "server",
    send: receive(frame(Headers, 0x0d, 1, [9, ...REQUEST])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.2",
    rule: "padding of HEADERS is skipped",
    side: "server",
    send: receive(frame(Headers, 0x0d, 1, [2, ...REQUEST, 0, 0])),
    expect: [],
  },
  {
    section: "6.2",
    rule: "a priority in HEADERS is skipped",
    side: "server",
    send: receive(frame(Headers, 0x25, 1, [...uint32(0), 16, ...REQUEST])),
    expect: [],
  },
  {
    section: "6.10",
    rule: "a block may be cut anywhere",
    side: "server",
    send: receive(
      frame(Headers, 1, 1, REQUEST.slice(0, 1)),
      frame(Continuation, 0, 1, REQUEST.slice(1, 2)),
      frame(Continuation, 4, 1, REQUEST.slice(2)),
    ),
    expect: [],
  },
  {
    section: "6.10",
    rule: "CONTINUATION of another stream is an error",
    side: "server",
    send: receive(frame(Headers, 1, 1, REQUEST), frame(Continuation, 4, 3)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1",
    rule: "DATA behind the end of a stream is an error",
    side: "server",
    send: receive(frame(Headers, 5, 1, REQUEST), frame(Data, 0, 1, [1])),
    expect: ["GOAWAY STREAM_CLOSED"],
  },
  {
    section: "5.1",
    rule: "HEADERS behind the end of a stream are an error",
    side: "server",
    send: receive(frame(Headers, 5, 1, REQUEST), frame(Headers, 5, 1, REQUEST)),
    expect: ["GOAWAY STREAM_CLOSED"],
  },
  {
    section: "5.1",
    rule: "WINDOW_UPDATE, RST_STREAM and PRIORITY may follow the end",
    side: "server",
    send: receive(
      frame(Headers, 5, 1, REQUEST),
      frame(WindowUpdate, 0, 1, uint32(1)),
      frame(Priority, 0, 1, [...uint32(0), 1]),
      frame(RstStream, 0, 1, uint32(8)),
      frame(RstStream, 0, 1, uint32(8)),
    ),
    expect: [],
  },
  {
    section: "5.1.1",
    rule: "a stream that was passed over is closed",
    side: "server",
    send: receive(frame(Headers, 5, 5, REQUEST), frame(Headers, 5, 3, REQUEST)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1.2",
    rule: "one stream too many is refused",
    side: "server",
    send: (endpoint) => {
      for (let id = 1; id <= 201; id += 2) endpoint.connection.receive(frame(Headers, 4, id, REQUEST));
    },
    expect: ["RST_STREAM 201 REFUSED_STREAM"],
  },
  {
    section: "5.1",
    rule: "what follows a reset of ours is ignored",
    side: "server",
    send: (endpoint) => {
      endpoint.connection.receive(frame(Headers, 4, 1, REQUEST));
      endpoint.connection.reset(endpoint.streams[0]!.stream, 8);
      for (let i = 0; i < 2000; i++) endpoint.connection.receive(frame(Data, 0, 1, [1]));
      endpoint.connection.receive(frame(Headers, 5, 1, literal("x-a", "1")));
    },
    expect: ["RST_STREAM 1 CANCEL"],
  },
  {
    section: "6.9",
    rule: "WINDOW_UPDATE of 0 on a stream resets it",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(WindowUpdate, 0, 1, uint32(0))),
    expect: refused,
  },
  {
    section: "6.9.1",
    rule: "a window of a stream above 2^31-1 resets it",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(WindowUpdate, 0, 1, uint32(2 ** 31 - 1))),
    expect: ["RST_STREAM 1 FLOW_CONTROL_ERROR"],
  },
  {
    section: "6.9.1",
    rule: "DATA above the window of its stream resets it",
    side: "server",
    send: ({ connection }) => {
      connection.receive(frame(Headers, 4, 1, REQUEST));
      for (let i = 0; i < 4; i++) connection.receive(frame(Data, 0, 1, new Uint8Array(16384)));
    },
    expect: ["WINDOW_UPDATE 0 229373", "RST_STREAM 1 FLOW_CONTROL_ERROR"],
  },
  {
    section: "6.3",
    rule: "PRIORITY of another length resets an open stream",
    side: "server",
    send: receive(frame(Headers, 4, 1, REQUEST), frame(Priority, 0, 1, [0])),
    expect: ["RST_STREAM 1 FRAME_SIZE_ERROR"],
  },
];
