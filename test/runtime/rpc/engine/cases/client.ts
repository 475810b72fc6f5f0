import { FrameType } from "../../../../../runtime/rpc/src/http2/frame/frame.js";
import { type Endpoint, frame, literal, REQUEST, RESPONSE, uint32 } from "../wire.js";
import type { FrameCase } from "./case.js";

const { Headers, Data, WindowUpdate, Goaway } = FrameType;
/** Answers a request that has ended. */
const answer =
  (...frames: Uint8Array[]) =>
  (endpoint: Endpoint): void => {
    endpoint.open();
    for (const each of frames) endpoint.connection.receive(each);
  };
const response = (...fields: (readonly [string, string])[]) =>
  answer(frame(Headers, 4, 1, [...RESPONSE, ...fields.flatMap(([name, value]) => literal(name, value))]));
const malformed = ["RST_STREAM 1 PROTOCOL_ERROR"];

/** Rules of responses. */
export const clientCases: readonly FrameCase[] = [
  ...(
    [
      ["8.2.1", "a name in upper case", response(["X-a", "1"])],
      ["8.2.2", "connection", response(["connection", "close"])],
      ["8.3", "a pseudo-field of requests", answer(frame(Headers, 4, 1, [...RESPONSE, ...literal(":path", "/")]))],
      ["8.3.2", "no :status", answer(frame(Headers, 4, 1, literal("x-a", "1")))],
      ["8.3.2", "a :status that is no code", answer(frame(Headers, 4, 1, literal(":status", "99")))],
      ["8.3.2", ":status twice", answer(frame(Headers, 4, 1, [...RESPONSE, ...RESPONSE]))],
      [
        "8.1",
        "trailers that do not end it",
        answer(frame(Headers, 4, 1, RESPONSE), frame(Headers, 4, 1, literal("x-a", "1"))),
      ],
      ["8.1", "pseudo-fields in trailers", answer(frame(Headers, 4, 1, RESPONSE), frame(Headers, 5, 1, RESPONSE))],
      ["8.1", "DATA before its fields", answer(frame(Data, 0, 1, [1]))],
      ["8.1", "an interim response that ends it", answer(frame(Headers, 5, 1, literal(":status", "103")))],
      [
        "8.1.1",
        "DATA above content-length",
        answer(frame(Headers, 4, 1, [...RESPONSE, ...literal("content-length", "1")]), frame(Data, 0, 1, [1, 2])),
      ],
      [
        "8.1.1",
        "an end below content-length",
        answer(frame(Headers, 4, 1, [...RESPONSE, ...literal("content-length", "3")]), frame(Data, 1, 1, [1, 2])),
      ],
    ] as const
  ).map(
    ([section, what, send]): FrameCase => ({
      section,
      rule: `a response with ${what} is malformed`,
      side: "client",
      send,
      expect: malformed,
    }),
  ),
  {
    section: "8.1",
    rule: "interim responses come before the response",
    side: "client",
    send: answer(
      frame(Headers, 4, 1, literal(":status", "103")),
      frame(Headers, 4, 1, RESPONSE),
      frame(Data, 1, 1, [1]),
    ),
    expect: [],
  },
  {
    section: "5.1",
    rule: "DATA behind the end of a response is an error",
    side: "client",
    send: answer(frame(Headers, 5, 1, RESPONSE), frame(Data, 0, 1, [1])),
    expect: ["GOAWAY STREAM_CLOSED"],
  },
  {
    section: "5.1",
    rule: "what follows a reset of ours is ignored",
    side: "client",
    send: (endpoint) => {
      const { stream } = endpoint.open();
      endpoint.connection.reset(stream, 8);
      for (let i = 0; i < 100; i++) endpoint.connection.receive(frame(Data, 0, 1, [1]));
      endpoint.connection.receive(frame(Headers, 5, 1, RESPONSE));
    },
    expect: ["RST_STREAM 1 CANCEL"],
  },
  {
    section: "5.1.1",
    rule: "a server opens no streams",
    side: "client",
    send: answer(frame(Headers, 5, 2, REQUEST)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.8",
    rule: "streams up to the last id of a GOAWAY go on",
    side: "client",
    send: answer(frame(Goaway, 0, 0, [...uint32(1), ...uint32(0)]), frame(Headers, 4, 1, RESPONSE)),
    expect: [],
  },
  {
    section: "6.9",
    rule: "WINDOW_UPDATE of 0 on a stream resets it",
    side: "client",
    send: answer(frame(WindowUpdate, 0, 1, uint32(0))),
    expect: malformed,
  },
];
