/** HPACK against RFC 7541 and against nghttp2, which node:http2 has. */
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { describe, expect, test } from "@jest/globals";
import type { Fields } from "../../../../runtime/rpc/src/http2/fields.js";
import { HpackDecoder } from "../../../../runtime/rpc/src/http2/hpack/decoder.js";
import { ConstantFields, HpackEncoder } from "../../../../runtime/rpc/src/http2/hpack/encoder.js";
import { decodeHuffman, encodeHuffman, huffmanLength } from "../../../../runtime/rpc/src/http2/hpack/huffman.js";
import { clientRole } from "../../../../runtime/rpc/src/http2/role.js";
import { Random } from "../../../fuzz/random.mjs";

const limits = { maxBytes: 1 << 20, maxFields: 1000 };
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
const decode = (decoder: HpackDecoder, bytes: Uint8Array) => decoder.decode(bytes, 0, bytes.length);
const pairs = ({ list }: Fields) => list.map(({ name, value }) => [name, value]);

/** Numbers from 0 to below 1. */
function numbers(seed: number): () => number {
  const random = new Random(seed, 0);
  return () => random.uint32() / 2 ** 32;
}

describe("the Huffman code", () => {
  test("matches the RFC (appendix C.4 and C.6)", () => {
    const examples = {
      "www.example.com": "f1e3c2e5f23a6ba0ab90f4ff",
      "no-cache": "a8eb10649cbf",
      "custom-value": "25a849e95bb8e8b4bf",
      "Mon, 21 Oct 2013 20:13:21 GMT": "d07abe941054d444a8200595040b8166e082a62d1bff",
    };
    for (const [text, code] of Object.entries(examples)) {
      const bytes = hex(code);
      expect(huffmanLength(text)).toBe(bytes.length);
      const out = new Uint8Array(bytes.length);
      expect(encodeHuffman(text, out, 0)).toBe(bytes.length);
      expect(out).toEqual(bytes);
      expect(decodeHuffman(bytes, 0, bytes.length)).toBe(text);
    }
  });

  test("holds every byte, alone and beside every other", () => {
    for (let a = 0; a < 256; a++) {
      for (let b = 0; b < 256; b += 51) {
        const text = String.fromCharCode(a, b, a);
        const out = new Uint8Array(huffmanLength(text));
        expect(encodeHuffman(text, out, 0)).toBe(out.length);
        expect(decodeHuffman(out, 0, out.length)).toBe(text);
      }
    }
  });

  test.each([
    ["padding of zeros", "f1e3c2e5f23a6ba0ab90f400"],
    ["padding of more than seven bits", "f1e3c2e5f23a6ba0ab90f4ffff"],
    ["the end of the string inside", "fffffffcf1"],
  ])("refuses %s (section 5.2)", (_, code) => {
    const bytes = hex(code);
    expect(() => decodeHuffman(bytes, 0, bytes.length)).toThrow();
  });
});

describe("a decoder", () => {
  test("keeps its table (appendix C.4)", () => {
    const decoder = new HpackDecoder(limits);
    const first = decode(decoder, hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"));
    expect(first).toMatchObject({ method: "GET", scheme: "http", path: "/", authority: "www.example.com" });
    expect(pairs(decode(decoder, hex("8286 84be 5886 a8eb 1064 9cbf")))).toEqual([["cache-control", "no-cache"]]);
    const third = decode(decoder, hex("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"));
    expect(third).toMatchObject({ path: "/index.html", scheme: "https", authority: "www.example.com" });
    expect(pairs(third)).toEqual([["custom-key", "custom-value"]]);
  });

  test.each([
    ["the index 0 (section 6.1)", "80"],
    ["an index behind the table (section 2.3.3)", "bf"],
    ["a number that ends nowhere (section 5.1)", "ff"],
    ["a number that is too large (section 5.1)", "ffffffffffffff"],
    ["a string that ends nowhere (section 5.2)", "400a637573"],
    ["a value that is missing", "4001 61"],
    ["a size update behind a field (section 4.2)", "8220"],
    ["a table larger than allowed (section 6.3)", "3fe21f"],
  ])("refuses %s", (_, block) => {
    expect(() => decode(new HpackDecoder(limits), hex(block))).toThrow();
  });

  test("empties its table for an entry that is larger (section 4.4), and for a size of 0", () => {
    const decoder = new HpackDecoder(limits);
    decode(decoder, hex("4001610162"));
    expect(pairs(decode(decoder, hex("be")))).toEqual([["a", "b"]]);
    expect(() => decode(decoder, hex("20 3fe11f be"))).toThrow();
  });

  test("drops what is over a limit, and keeps its table right", () => {
    const decoder = new HpackDecoder({ maxBytes: 100, maxFields: 3 });
    const field = (name: string) => [0x40, 1, name.charCodeAt(0), 1, 0x76];
    const bytes = Uint8Array.from(["a", "b", "c", "d", "e"].flatMap(field));
    const fields = decode(decoder, bytes);
    expect(fields.isTooLarge).toBe(true);
    expect(fields.list.length).toBeLessThan(3);
    expect(pairs(decode(decoder, hex("be")))).toEqual([["e", "v"]]); // the last one is there
  });

  test("does not hold a shared section for another one", () => {
    const decoder = new HpackDecoder(limits);
    const a = decode(decoder, hex("8386"));
    expect(decode(decoder, hex("8386"))).toBe(a);
    expect(decode(decoder, hex("838684"))).not.toBe(a);
    expect(decode(decoder, hex("8386 4001610162")).list).toHaveLength(1);
    expect(a.list).toHaveLength(0);
  });
});

describe("an encoder", () => {
  const roundTrip = (encoder: HpackEncoder, decoder: HpackDecoder, write: () => void) => {
    encoder.begin();
    write();
    return decoder.decode(encoder.block, 0, encoder.blockLength);
  };

  test("never evicts: constants keep their places, also in a table that was made smaller", () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(limits);
    const blocks = Array.from({ length: 80 }, (_, i) => new ConstantFields([[`name-${i}`, "v".repeat(i)]]));
    for (const size of [4096, 100, 4096, 0, 4096]) {
      encoder.resize(size);
      for (let round = 0; round < 3; round++) {
        for (const block of blocks) {
          const fields = roundTrip(encoder, decoder, () => encoder.constants(block));
          expect(pairs(fields)).toEqual(block.fields);
        }
      }
    }
  });

  test("tells both sizes after a cut (section 4.2)", () => {
    const encoder = new HpackEncoder();
    encoder.resize(0);
    encoder.resize(4096);
    encoder.begin();
    expect([...encoder.block.subarray(0, encoder.blockLength)]).toEqual([0x20, 0x3f, 0xe1, 0x1f]);
  });

  test("keeps credentials out of every table (section 7.1.3)", () => {
    const encoder = new HpackEncoder();
    encoder.begin();
    encoder.secret("authorization", "x");
    expect(encoder.block[0]! & 0xf0).toBe(0x10);
  });
});

describe("random fields", () => {
  const characters = 'abcdefghijklmnopqrstuvwxyz0123456789-_ABC;="{}~ ';
  const randomFields = (next: () => number): [string, string][] => {
    const text = (length: number) =>
      Array.from({ length }, () => characters[Math.floor(next() * characters.length)]).join("");
    return Array.from({ length: 1 + Math.floor(next() * 12) }, () => [
      `x-${text(1 + Math.floor(next() * 20))
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]/g, "a")}`,
      text(Math.floor(next() * 200)).trim(),
    ]);
  };

  test("come back from our own decoder", () => {
    const next = numbers(1);
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(limits);
    for (let i = 0; i < 500; i++) {
      const fields = randomFields(next);
      encoder.begin();
      if (next() < 0.3) encoder.constants(new ConstantFields(fields));
      else for (const [name, value] of fields) encoder.field(name, value);
      expect(pairs(decoder.decode(encoder.block, 0, encoder.blockLength))).toEqual(fields);
    }
  });

  test("are read by nghttp2, and its are read here", async () => {
    const next = numbers(2);
    const lists = Array.from({ length: 300 }, () => randomFields(next));
    const server = http2.createServer((request, response) => {
      response.end(JSON.stringify(request.rawHeaders));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const { SocketConnection } = await import("../../../../runtime/rpc/src/http2/socket.js");
    const { Recorder, defaults } = await import("./wire.js");
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    const noEvents = { onRequest: () => new Recorder(), onGoaway() {}, onFault() {}, onClose() {} };
    await new Promise<void>((resolve, reject) => {
      let sent = false;
      const connection = new SocketConnection(clientRole, socket, { ...noEvents, onRoom, onClose: reject }, defaults);
      function onRoom(): void {
        if (sent || !connection.http2.canOpen) return;
        sent = true;
        void exchange(connection).then(resolve, reject);
      }
    }).finally(() => {
      socket.destroy();
      server.close();
    });

    async function exchange(connection: InstanceType<typeof SocketConnection>): Promise<void> {
      for (const fields of lists) {
        const { encoder } = connection.http2;
        encoder.begin();
        encoder.constants(
          new ConstantFields([
            [":method", "GET"],
            [":scheme", "http"],
            [":path", "/"],
            [":authority", "a"],
          ]),
        );
        for (const [name, value] of fields) encoder.field(name, value);
        const text = await new Promise<string>((resolve) => {
          let body = "";
          const events = new Recorder();
          events.onData = (bytes, start, end) => {
            body += Buffer.from(bytes.subarray(start, end)).toString();
          };
          events.onEnd = () => {
            expect(events.fields).toMatchObject({ status: "200" });
            expect(events.fields!.get("date")).toMatch(/GMT$/);
            resolve(body);
          };
          connection.http2.open(events, true);
        });
        const got = JSON.parse(text) as string[];
        const received = got.flatMap((name, i) => (i % 2 === 0 && !name.startsWith(":") ? [[name, got[i + 1]]] : []));
        expect(received).toEqual(fields);
      }
    }
  });
});
