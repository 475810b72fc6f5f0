/** Calls without a gRPC library, to see the headers of an answer or whether there is one. */
import { once } from "node:events";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { connect as connectTcp } from "node:net";

/** Calls Echo with an empty message, and gives the headers of the answer. */
export async function rawCall(
  at: string,
  headers: Readonly<Record<string, string>> = {},
  path = "/test.rpc.Orders/Echo",
): Promise<IncomingHttpHeaders & { ":status"?: number }> {
  const session = at.startsWith("http")
    ? connectHttp2(at)
    : connectHttp2("http://shop.example", { createConnection: () => connectTcp(at) });
  session.on("error", () => undefined);
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc", ...headers });
  stream.end(Buffer.alloc(5));
  const [answer] = (await once(stream, "response")) as [IncomingHttpHeaders];
  stream.resume();
  await once(stream, "close");
  session.destroy();
  return answer;
}

/** Whether the server has served a call, instead of refusing it or breaking the connection. */
export async function answered(at: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const session = connectHttp2(at);
  session.on("error", () => undefined);
  const path = "/test.rpc.Orders/Echo";
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc", ...headers });
  let status: number | undefined;
  stream
    .on("error", () => undefined)
    .on("response", (answer) => {
      status = answer[":status"];
    });
  stream.resume().end(Buffer.alloc(5));
  await new Promise((resolve) => stream.on("close", resolve)); // once() would throw the error
  session.destroy();
  return status === 200;
}
