import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Fields } from "../http2/fields.js";
import type { Pages } from "../transport/pages.js";
import { addressOf } from "./address.js";
import type { PageStream } from "./page-stream.js";

/** Answers an HTTP/1.1 request. */
export function answerHttp1(pages: Pages, request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", url = "/", headers, socket } = request;
  const begin = (status: number, fields: OutgoingHttpHeaders): Writable => response.writeHead(status, fields);
  void answer(pages, { method, url, host: headers.host, headers, socket, body: request, out: response, begin });
}

/** Answers an HTTP/2 request. */
export function answerHttp2(pages: Pages, stream: PageStream, fields: Fields, socket: Socket): void {
  const { method = "GET", path: url = "/", authority: host } = fields;
  const headers: Record<string, string[]> = Object.create(null);
  for (const { name, value } of fields.list) {
    headers[name] ??= [];
    headers[name].push(value);
  }
  const begin = (status: number, response: OutgoingHttpHeaders): Writable => {
    stream.respond(status, response);
    return stream;
  };
  void answer(pages, { method, url, host, headers, socket, body: stream, out: stream, begin });
}

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: Socket | undefined;
  readonly body: Readable;
  readonly out: Writable;
  begin(status: number, headers: OutgoingHttpHeaders): Writable;
}

async function answer(pages: Pages, exchange: Exchange): Promise<void> {
  const { socket, body, out } = exchange;
  const controller = new AbortController();
  out.on("close", () => controller.abort());
  try {
    const request = toRequest(exchange, controller.signal);
    const response =
      request === undefined
        ? new Response("invalid request\n", { status: 400 })
        : await pages(request, { peer: addressOf(socket) });
    await send(response, exchange);
  } catch (e) {
    if (out.destroyed) return;
    console.error("a page failed:", e);
    if (!out.writableEnded) await send(new Response("internal error\n", { status: 500 }), exchange).catch(() => {});
  } finally {
    body.resume(); // the part that the handler did not read
  }
}

/** Undefined if it is not a valid request, for example if the path is not a URL. */
function toRequest({ method, url, host, headers, body }: Exchange, signal: AbortSignal): Request | undefined {
  const fields = new Headers();
  try {
    for (const [key, value] of Object.entries(headers)) {
      if (value === undefined || key.startsWith(":")) continue;
      for (const each of [value].flat()) fields.append(key, each);
    }
    const hasBody = method !== "GET" && method !== "HEAD";
    const init = { method, headers: fields, signal };
    const target = new URL(url, `http://${host ?? "localhost"}`);
    return new Request(
      target,
      hasBody ? ({ ...init, body: Readable.toWeb(body), duplex: "half" } as RequestInit) : init,
    );
  } catch {
    return undefined;
  }
}

async function send(response: Response, { method, begin }: Exchange): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  const out = begin(response.status, headers);
  if (response.body === null || method === "HEAD") out.end();
  else await pipeline(Readable.fromWeb(response.body as never), out).catch(() => {}); // the client is gone
}
