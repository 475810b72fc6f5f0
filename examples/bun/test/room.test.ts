import { afterAll, beforeAll, expect, test } from "bun:test";
import { Code, createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { ChatService } from "../src/gen/chat/v1/chat_grpc.ts";
import { chatServer } from "../src/room.ts";

const server = chatServer();
let transport: ReturnType<typeof grpcTransport>;

beforeAll(async () => {
  transport = grpcTransport({ address: `127.0.0.1:${await server.listen("127.0.0.1:0")}` });
});

afterAll(async () => {
  transport.close();
  await server.close({ grace: 0 });
});

test("everybody hears everybody", async () => {
  const chat = createClient(ChatService, transport);
  const bobIsThere = Promise.withResolvers<void>();
  const ada = chat.talk(async function* () {
    yield { event: { case: "join", value: { name: "Ada" } } };
    await bobIsThere.promise;
    yield { event: { case: "text", value: "hello" } };
  });
  await ada.next(); // Ada: joined
  const bobHasHeard = Promise.withResolvers<void>();
  const bob = chat.talk(async function* () {
    yield { event: { case: "join", value: { name: "Bob" } } };
    await bobHasHeard.promise;
  });
  const heard: string[] = [];
  for await (const { name, text } of bob) {
    heard.push(`${name}: ${text}`);
    if (name === "Bob") bobIsThere.resolve();
    if (name === "Ada") bobHasHeard.resolve();
  }
  expect(heard).toEqual(["Bob: joined", "Ada: hello"]);
});

test("who does not say a name is refused", async () => {
  const talk = createClient(ChatService, transport).talk([{ event: { case: "text", value: "hello" } }]);
  await expect(talk.next()).rejects.toMatchObject({ code: Code.InvalidArgument, text: "say who you are first" });
});
