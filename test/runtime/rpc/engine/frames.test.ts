/** The rules of RFC 9113 that speak of an endpoint, frame by frame; and the whole conversation, cut at every byte. */
import { describe, expect, test } from "@jest/globals";
import { FrameType, PREFACE } from "../../../../runtime/rpc/src/http2/frame/frame.js";
import { clientCases } from "./cases/client.js";
import { connectionCases } from "./cases/connection.js";
import { serverCases } from "./cases/server.js";
import { Endpoint, frame, joined, literal, REQUEST, RESPONSE, setting, uint32 } from "./wire.js";

const cases = [...connectionCases, ...serverCases, ...clientCases];

describe.each(["server", "client"] as const)("a %s", (side) => {
  const ours = cases.filter((each) => each.side === undefined || each.side === side);
  test.each(ours)("$section: $rule", (each) => {
    const endpoint = new Endpoint(side).greet();
    each.send(endpoint);
    const sent = endpoint.take().map((words) => words.replace(/^GOAWAY \d+/, "GOAWAY"));
    expect(sent).toEqual(each.expect);
    expect(endpoint.closed !== undefined).toBe(each.expect.at(-1)?.startsWith("GOAWAY") === true);
    expect(endpoint.faults).toEqual([]);
  });

  test("3.4: begins with SETTINGS, a client behind the preface", () => {
    const endpoint = new Endpoint(side);
    const bytes = endpoint.takeBytes();
    if (side === "client") expect(bytes.subarray(0, PREFACE.length)).toEqual(PREFACE);
    expect(bytes[(side === "client" ? PREFACE.length : 0) + 3]).toBe(FrameType.Settings);
  });

  test("3.4: wants SETTINGS first", () => {
    const endpoint = new Endpoint(side);
    if (side === "server") endpoint.connection.receive(PREFACE);
    endpoint.take();
    endpoint.connection.receive(frame(FrameType.Ping, 0, 0, new Uint8Array(8)));
    expect(endpoint.take()).toEqual(["GOAWAY 0 PROTOCOL_ERROR"]);
  });

  test("6.8: says the last stream of its peer that it takes; a client's is 0", () => {
    const endpoint = new Endpoint(side).greet();
    if (side === "server") endpoint.connection.receive(frame(FrameType.Headers, 5, 7, REQUEST));
    else endpoint.open();
    endpoint.connection.close(0, "");
    expect(endpoint.take()).toEqual([`GOAWAY ${side === "server" ? 7 : 0} NO_ERROR`]);
    expect(endpoint.isEnded).toBe(true);
  });
});

test("3.4: a server wants the preface", () => {
  const endpoint = new Endpoint("server");
  endpoint.connection.receive(Uint8Array.from("GET / HTTP/1.1\r\n", (c) => c.charCodeAt(0)));
  expect(endpoint.take().at(-1)).toBe("GOAWAY 0 PROTOCOL_ERROR");
});

describe("a drain (6.8)", () => {
  test("tells twice, with a ping between, and ends behind the last stream", () => {
    const endpoint = new Endpoint("server").greet();
    const { connection } = endpoint;
    connection.receive(frame(FrameType.Headers, 5, 1, REQUEST));
    connection.drain();
    expect(endpoint.take()).toEqual([`GOAWAY ${2 ** 31 - 1} NO_ERROR`, "PING"]);
    connection.receive(frame(FrameType.Headers, 5, 3, REQUEST)); // was on its way
    connection.receive(frame(FrameType.Ping, 1, 0, new Uint8Array(8)));
    expect(endpoint.take()).toEqual(["GOAWAY 3 NO_ERROR"]);
    connection.receive(frame(FrameType.Headers, 5, 5, REQUEST)); // is taken nowhere: the peer knows
    expect(endpoint.streams).toHaveLength(2);
    for (const { stream } of endpoint.streams) {
      expect(endpoint.closed).toBeUndefined();
      connection.encoder.begin();
      connection.encoder.field(":status", "200");
      connection.sendFields(stream, true);
    }
    expect(endpoint.closed).toBeDefined();
  });

  test("of a server: a client's streams above the last id are refused, and may be tried elsewhere", () => {
    const endpoint = new Endpoint("client").greet();
    const [first, second] = [endpoint.open(), endpoint.open()];
    endpoint.connection.receive(frame(FrameType.Goaway, 0, 0, [...uint32(1), ...uint32(0)]));
    expect(endpoint.connection.canOpen).toBe(false);
    expect(second.events.told).toEqual(["reset REFUSED_STREAM peer"]);
    endpoint.connection.receive(frame(FrameType.Headers, 5, 1, RESPONSE));
    expect(first.events.told).toEqual(["fields end"]);
    expect(endpoint.closed).toBeDefined();
  });
});

describe("windows (6.9)", () => {
  test("what waits goes on when the peer makes room; the connection's and the stream's", () => {
    const endpoint = new Endpoint("client").greet(setting(4, 10));
    const { connection } = endpoint;
    const { stream } = endpoint.open(false);
    expect(connection.send(stream, new Uint8Array(25), true)).toBe(false);
    expect(endpoint.take()).toEqual(["DATA 1 10"]);
    connection.receive(frame(FrameType.WindowUpdate, 0, 1, uint32(7)));
    expect(endpoint.take()).toEqual(["DATA 1 7"]);
    connection.receive(frame(FrameType.Settings, 0, 0, setting(4, 12)));
    expect(endpoint.take()).toEqual(["SETTINGS ack", "DATA 1 2"]);
    connection.receive(frame(FrameType.Settings, 0, 0, setting(4, 0))); // below 0: 6.9.2
    connection.receive(frame(FrameType.WindowUpdate, 0, 1, uint32(12)));
    expect(endpoint.take()).toEqual(["SETTINGS ack"]);
    connection.receive(frame(FrameType.WindowUpdate, 0, 1, uint32(6)));
    expect(endpoint.take()).toEqual(["DATA 1 6 end"]);
  });

  test("streams send in turn", () => {
    const endpoint = new Endpoint("client").greet();
    const [a, b] = [endpoint.open(false).stream, endpoint.open(false).stream];
    endpoint.connection.send(a, new Uint8Array(60_000), true);
    endpoint.connection.send(b, new Uint8Array(40_000), true);
    expect(endpoint.take()).toEqual([
      "DATA 1 16384",
      "DATA 1 16384",
      "DATA 1 16384",
      "DATA 1 10848 end",
      "DATA 3 5535",
    ]);
    endpoint.connection.receive(frame(FrameType.WindowUpdate, 0, 0, uint32(100_000)));
    expect(endpoint.take()).toEqual(["DATA 3 16384", "DATA 3 16384", "DATA 3 1697 end"]);
  });

  test("are given back for streams that nobody reads, and that were reset", () => {
    const endpoint = new Endpoint("server").greet();
    const { connection } = endpoint;
    connection.receive(frame(FrameType.Headers, 4, 1, REQUEST));
    connection.reset(endpoint.streams[0]!.stream, 8);
    endpoint.take();
    let given = 0;
    for (let i = 0; i < 100; i++) {
      connection.receive(frame(FrameType.Data, 0, 1, new Uint8Array(16384)));
      for (const words of endpoint.take()) given += Number(words.replace("WINDOW_UPDATE 0 ", ""));
    }
    expect(given).toBeGreaterThan(100 * 16384 - 65535);
  });

  test("padding is given back", () => {
    const endpoint = new Endpoint("server").greet();
    const { connection } = endpoint;
    connection.receive(frame(FrameType.Headers, 4, 1, REQUEST));
    const padded = frame(FrameType.Data, 8, 1, [255, ...new Uint8Array(255)]);
    for (let i = 0; i < 1000; i++) connection.receive(padded);
    expect(endpoint.streams[0]!.events.told).toEqual([]);
    expect(endpoint.streams[0]!.stream.unread).toBe(0);
  });

  test("a setting of a window that becomes too large is an error", () => {
    const endpoint = new Endpoint("client").greet();
    endpoint.open(false);
    endpoint.connection.receive(frame(FrameType.WindowUpdate, 0, 1, uint32(2 ** 31 - 1 - 65535)));
    endpoint.connection.receive(frame(FrameType.Settings, 0, 0, setting(4, 65536)));
    expect(endpoint.take().at(-1)).toBe("GOAWAY 0 FLOW_CONTROL_ERROR");
  });
});

test("a conversation may be cut at every byte, and come byte by byte", () => {
  const parts = [
    PREFACE,
    frame(FrameType.Settings, 0, 0, setting(4, 100_000)),
    frame(FrameType.Headers, 0x28, 1, [3, ...uint32(0), 9, ...REQUEST.slice(0, 1), 0, 0, 0]),
    frame(FrameType.Continuation, 4, 1, [...REQUEST.slice(1), ...literal("x-a", "b")]),
  ];
  const bytes = joined([
    ...parts,
    frame(FrameType.Data, 8, 1, [2, 1, 2, 3, 0, 0]),
    frame(FrameType.Ping, 0, 0, [7, 0, 0, 0, 0, 0, 0, 0]),
    frame(FrameType.Data, 1, 1, new Uint8Array(50)),
    frame(FrameType.Headers, 5, 3, REQUEST),
    frame(FrameType.RstStream, 0, 3, uint32(8)),
  ]);
  const tell = (cut: (bytes: Uint8Array) => Uint8Array[]): unknown => {
    const endpoint = new Endpoint("server");
    for (const piece of cut(bytes)) endpoint.connection.receive(piece.slice());
    const streams = endpoint.streams.map(({ events, fields }) => [events.told, events.bytes, fields.list.length]);
    return [endpoint.take(), streams, endpoint.closed];
  };
  const whole = tell((all) => [all]);
  expect(whole).toEqual([
    ["SETTINGS", "SETTINGS ack", "PING ack 7"],
    [
      [["end"], 53, 1],
      [["end", "reset CANCEL peer"], 0, 0],
    ],
    undefined,
  ]);
  for (let i = 1; i < bytes.length; i++) expect(tell((all) => [all.subarray(0, i), all.subarray(i)])).toEqual(whole);
  expect(tell((all) => Array.from(all, (_, i) => all.subarray(i, i + 1)))).toEqual(whole);
});
