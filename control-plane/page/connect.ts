/** Calls by the Connect protocol with JSON. Paths are those of the page's own origin. */

/** The error of a call, with the code of the Connect protocol: `permission_denied`. */
export class CallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface CallOptions {
  readonly token: string;
  readonly signal?: AbortSignal;
}

interface ErrorJson {
  readonly code?: string;
  readonly message?: string;
}

/** A unary call. */
export async function call<Q, A>(method: string, request: Q, { token, signal }: CallOptions): Promise<A> {
  const body = JSON.stringify(request);
  const response = await send(method, "application/json", body, token, signal);
  if (response.ok) return (await response.json()) as A;
  throw toError((await response.json().catch(() => ({}))) as ErrorJson, response.status);
}

/** A call with a stream of responses. Ends when the server ends it. */
export async function* stream<Q, A>(
  method: string,
  request: Q,
  { token, signal }: CallOptions,
): AsyncGenerator<A, void, undefined> {
  const body = enveloped(new TextEncoder().encode(JSON.stringify(request)));
  const response = await send(method, "application/connect+json", body, token, signal);
  if (!response.ok || response.body === null) throw toError({}, response.status);
  for await (const { isEnd, bytes } of envelopes(response.body.getReader())) {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isEnd) {
      yield json as Awaited<A>;
      continue;
    }
    const { error } = json as { error?: ErrorJson };
    if (error !== undefined) throw toError(error, response.status);
    return;
  }
  throw new CallError("unavailable", "the connection was lost");
}

function send(
  method: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  token: string,
  signal?: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = { "content-type": type, "connect-protocol-version": "1" };
  if (token !== "") headers.authorization = `Bearer ${token}`;
  return fetch(`/${method}`, { method: "POST", headers, body, signal: signal ?? null, credentials: "same-origin" });
}

function toError({ code = "unavailable", message }: ErrorJson, status: number): CallError {
  return new CallError(code, message ?? `the control plane answered with status ${status}`);
}

const PREFIX = 5;
const END = 2;

/** A flag byte, the length in four bytes, and the content (Connect protocol, "Streaming RPCs"). */
function enveloped(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PREFIX + content.length);
  new DataView(bytes.buffer).setUint32(1, content.length);
  bytes.set(content, PREFIX);
  return bytes;
}

async function* envelopes(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<{ isEnd: boolean; bytes: Uint8Array }, void, undefined> {
  let rest = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest = concat(rest, value);
    while (rest.length >= PREFIX) {
      const end = PREFIX + new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      if (rest.length < end) break;
      yield { isEnd: (rest[0]! & END) !== 0, bytes: rest.subarray(PREFIX, end) };
      rest = rest.subarray(end);
    }
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
