import { FrameType } from "../../../../../runtime/rpc/src/http2/frame/frame.js";
import { type Endpoint, frame, REQUEST, RESPONSE, setting, uint32 } from "../wire.js";
import type { FrameCase } from "./case.js";

const { Settings, Ping, Goaway, WindowUpdate, PushPromise, Headers, Priority, RstStream, Data, Continuation } =
  FrameType;
const receive =
  (...frames: Uint8Array[]) =>
  ({ connection }: Endpoint): void => {
    for (const each of frames) connection.receive(each);
  };

/** Rules of frames that belong to the connection. */
export const connectionCases: readonly FrameCase[] = [
  {
    section: "4.1",
    rule: "frames of unknown types are ignored",
    send: receive(frame(0xbb, 0xff, 7, [1, 2]), frame(Ping, 0, 0, [1, 0, 0, 0, 0, 0, 0, 0])),
    expect: ["PING ack 1"],
  },
  {
    section: "4.2",
    rule: "a frame over 16,384 bytes is an error",
    send: receive(frame(0xbb, 0, 0, new Uint8Array(16385))),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "4.2",
    rule: "a frame of 16,384 bytes is none",
    send: receive(frame(0xbb, 0, 0, new Uint8Array(16384))),
    expect: [],
  },
  {
    section: "5.5",
    rule: "unknown frames within a header block are an error",
    side: "server",
    send: receive(frame(Headers, 0, 1, REQUEST), frame(0xbb, 0, 1)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.5",
    rule: "SETTINGS on a stream is an error",
    send: receive(frame(Settings, 0, 1)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.5",
    rule: "SETTINGS of a length that is not a multiple of six is an error",
    send: receive(frame(Settings, 0, 0, [0, 1, 0])),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.5",
    rule: "an acknowledgement with a payload is an error",
    send: receive(frame(Settings, 1, 0, setting(3, 1))),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.5.2",
    rule: "ENABLE_PUSH of 2 is an error",
    send: receive(frame(Settings, 0, 0, setting(2, 2))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.5.2",
    rule: "ENABLE_PUSH of 1 by a server is an error",
    side: "client",
    send: receive(frame(Settings, 0, 0, setting(2, 1))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.5.2",
    rule: "INITIAL_WINDOW_SIZE above 2^31-1 is an error",
    send: receive(frame(Settings, 0, 0, setting(4, 2 ** 31))),
    expect: ["GOAWAY FLOW_CONTROL_ERROR"],
  },
  {
    section: "6.5.2",
    rule: "MAX_FRAME_SIZE below 16,384 is an error",
    send: receive(frame(Settings, 0, 0, setting(5, 16383))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.5.2",
    rule: "MAX_FRAME_SIZE above 2^24-1 is an error",
    send: receive(frame(Settings, 0, 0, setting(5, 2 ** 24))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.5.2",
    rule: "unknown settings are ignored",
    send: receive(frame(Settings, 0, 0, setting(0xabc, 7))),
    expect: ["SETTINGS ack"],
  },
  {
    section: "6.5.3",
    rule: "SETTINGS are acknowledged, each",
    send: receive(frame(Settings, 0, 0), frame(Settings, 0, 0, setting(3, 5))),
    expect: ["SETTINGS ack", "SETTINGS ack"],
  },
  {
    section: "6.7",
    rule: "PING is answered with its payload",
    send: receive(frame(Ping, 0, 0, [9, 8, 7, 6, 5, 4, 3, 2])),
    expect: ["PING ack 9"],
  },
  {
    section: "6.7",
    rule: "an answer is not answered",
    send: receive(frame(Ping, 1, 0, [9, 8, 7, 6, 5, 4, 3, 2])),
    expect: [],
  },
  {
    section: "6.7",
    rule: "PING on a stream is an error",
    send: receive(frame(Ping, 0, 1, new Uint8Array(8))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.7",
    rule: "PING of another length is an error",
    send: receive(frame(Ping, 0, 0, new Uint8Array(7))),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.8",
    rule: "GOAWAY on a stream is an error",
    send: receive(frame(Goaway, 0, 1, new Uint8Array(8))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.8",
    rule: "GOAWAY of less than eight bytes is an error",
    send: receive(frame(Goaway, 0, 0, new Uint8Array(7))),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.9",
    rule: "WINDOW_UPDATE of another length is an error",
    send: receive(frame(WindowUpdate, 0, 0, [0, 0, 1])),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.9",
    rule: "WINDOW_UPDATE of 0 on the connection is an error",
    send: receive(frame(WindowUpdate, 0, 0, uint32(0))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.9.1",
    rule: "a window of the connection above 2^31-1 is an error",
    send: receive(frame(WindowUpdate, 0, 0, uint32(2 ** 31 - 1))),
    expect: ["GOAWAY FLOW_CONTROL_ERROR"],
  },
  {
    section: "6.9",
    rule: "the reserved bit of an increment is ignored",
    send: receive(frame(WindowUpdate, 0, 0, uint32(2 ** 31 + 1))),
    expect: [],
  },
  {
    section: "6.6",
    rule: "PUSH_PROMISE is an error: we have said that there is none",
    side: "client",
    send: receive(frame(PushPromise, 4, 1, [...uint32(2), ...RESPONSE])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "8.4",
    rule: "a client cannot push",
    side: "server",
    send: receive(frame(PushPromise, 4, 1, [...uint32(2), ...REQUEST])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.1",
    rule: "DATA on stream 0 is an error",
    send: receive(frame(Data, 0, 0, [1])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.2",
    rule: "HEADERS on stream 0 is an error",
    send: receive(frame(Headers, 4, 0, REQUEST)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.3",
    rule: "PRIORITY on stream 0 is an error",
    send: receive(frame(Priority, 0, 0, new Uint8Array(5))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.3",
    rule: "PRIORITY of another length is an error",
    send: receive(frame(Priority, 0, 1, new Uint8Array(4))),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "5.3.1 of RFC 7540",
    rule: "a stream that depends on itself is an error",
    send: receive(frame(Priority, 0, 1, [...uint32(1), 0])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1",
    rule: "PRIORITY may come for any stream",
    send: receive(frame(Priority, 0, 99, [...uint32(1), 0])),
    expect: [],
  },
  {
    section: "6.4",
    rule: "RST_STREAM on stream 0 is an error",
    send: receive(frame(RstStream, 0, 0, uint32(8))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "6.4",
    rule: "RST_STREAM of another length is an error",
    send: receive(frame(RstStream, 0, 1, [0, 0, 8])),
    expect: ["GOAWAY FRAME_SIZE_ERROR"],
  },
  {
    section: "6.10",
    rule: "CONTINUATION without HEADERS is an error",
    send: receive(frame(Continuation, 4, 1, REQUEST)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1",
    rule: "DATA on an idle stream is an error",
    send: receive(frame(Data, 0, 5, [1])),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1",
    rule: "RST_STREAM on an idle stream is an error",
    send: receive(frame(RstStream, 0, 5, uint32(8))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1",
    rule: "WINDOW_UPDATE on an idle stream is an error",
    send: receive(frame(WindowUpdate, 0, 5, uint32(8))),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1",
    rule: "HEADERS on an idle stream of ours is an error",
    side: "client",
    send: receive(frame(Headers, 5, 5, RESPONSE)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "5.1.1",
    rule: "a request on an even stream is an error",
    side: "server",
    send: receive(frame(Headers, 5, 2, REQUEST)),
    expect: ["GOAWAY PROTOCOL_ERROR"],
  },
  {
    section: "4.3",
    rule: "a block that cannot be decoded is an error",
    side: "server",
    send: receive(frame(Headers, 5, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
    expect: ["GOAWAY COMPRESSION_ERROR"],
  },
];
