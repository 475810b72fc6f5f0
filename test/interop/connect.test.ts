/** connect-es with our services: requests and responses are inits, instances or plain messages; what arrives is plain. */
import { type MessageShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import * as esService from "../gen/es/interop/service_pb.js";
import { Order_Item as Item2023, Order as Order2023 } from "../gen/ts/interop/edition2023_pb.js";
import { Order, Order_Item, type Order_ItemSchema } from "../gen/ts/interop/proto3_pb.js";
import { Shop } from "../gen/ts/interop/service_pb.js";
import { Contact, ContactSchema } from "../gen/ts/interop/types_pb.js";

type Item = MessageShape<typeof Order_ItemSchema>;

const seen: unknown[] = [];
const detail = { desc: ContactSchema, value: { ...new Contact({ name: "support" }) } }; // a class is no Record<string, unknown>

const transport = createRouterTransport(({ service }) => {
  service(Shop, {
    buy(request) {
      seen.push(request);
      const order = new Order(request);
      if (order.author === "") throw new ConnectError("no author", Code.InvalidArgument, undefined, [detail]);
      return order.price > 100 ? new Order_Item({ name: order.author, count: 1 }) : { name: order.author };
    },
    async *list(request) {
      const { name } = new Contact(request);
      yield new Order2023({ author: name, serial: 1n });
      yield { author: name, price: 0, outcome: { case: "replacement", value: new Item2023({ name: "new" }) } };
    },
    async fill(requests) {
      const order = new Order2023();
      for await (const item of requests) order.items.push(new Item2023(item));
      return order;
    },
    async *talk(requests) {
      for await (const request of requests) {
        const contact = new Contact(request);
        contact.name = contact.name.toUpperCase();
        yield contact;
      }
    },
  });
});

const client = createClient(Shop, transport);

describe("unary", () => {
  test.each([
    ["an init", { author: "liuchao", price: 130, created: { seconds: 5n } }],
    ["an instance", new Order({ author: "liuchao", price: 130, created: { seconds: 5n } })],
  ])("takes %s, gives a plain message, and a constructor takes that", async (_, request) => {
    const reply = await client.buy(request);
    expect(reply).not.toBeInstanceOf(Order_Item);
    const item = new Order_Item(reply);
    expect(item).toEqual(new Order_Item({ name: "liuchao", count: 1 }));
    expect(item.toBinary()).toEqual(new Order_Item({ name: "liuchao", count: 1 }).toBinary());
    expect(new Order(seen.at(-1) as Order).created?.seconds).toBe(5n);
  });

  test("takes an init as the reply", async () => {
    expect(await client.buy({ author: "x" })).toMatchObject({ name: "x" });
  });

  test("an error has its details", async () => {
    const error = await client.buy({}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: "no author" });
    const details = (error as ConnectError).findDetails(ContactSchema);
    expect(details.map((found) => new Contact(found))).toEqual([new Contact(detail.value)]);
  });
});

test("server streaming", async () => {
  const replies: Order2023[] = [];
  for await (const reply of client.list(new Contact({ name: "liuchao" }))) replies.push(new Order2023(reply));
  expect(replies).toEqual([
    new Order2023({ author: "liuchao", serial: 1n }),
    new Order2023({ author: "liuchao", price: 0, outcome: { case: "replacement", value: { name: "new" } } }),
  ]);
  expect(replies.map(({ price }) => price)).toEqual([undefined, 0]); // not set, and set to zero
});

test("client streaming", async () => {
  async function* items() {
    yield new Item2023({ name: "one" });
    yield { count: 0 };
  }
  const reply = new Order2023(await client.fill(items()));
  expect(reply).toEqual(new Order2023({ items: [{ name: "one" }, { count: 0 }] }));
});

test("bidirectional streaming", async () => {
  async function* contacts() {
    yield new Contact({ name: "a" });
    yield { name: "b", email: "" };
  }
  const replies: Contact[] = [];
  for await (const reply of client.talk(contacts())) replies.push(new Contact(reply));
  expect(replies).toEqual([new Contact({ name: "A" }), new Contact({ name: "B", email: "" })]);
});

test("a peer with code of protoc-gen-es understands us, both ways", async () => {
  const reply = await createClient(esService.Shop, transport).buy({ author: "liuchao", price: 130 });
  expect(new Order_Item(reply).toBinary()).toEqual(new Order_Item({ name: "liuchao", count: 1 }).toBinary());
  const esTransport = createRouterTransport(({ service }) => service(esService.Shop, { buy: () => ({ name: "es" }) }));
  expect(new Order_Item(await createClient(Shop, esTransport).buy(new Order())).name).toBe("es");
});

test("an interceptor makes every reply an instance", async () => {
  const classes: Interceptor = (next) => async (request) => {
    const response = await next(request);
    if (response.stream || request.method.output.typeName !== Order_Item.typeName) return response;
    return { ...response, message: new Order_Item(response.message as Item) };
  };
  const router = createRouterTransport(({ service }) => service(Shop, { buy: () => ({ name: "x" }) }), {
    transport: { interceptors: [classes] },
  });
  const reply = await createClient(Shop, router).buy({});
  expect(reply).toBeInstanceOf(Order_Item);
  expect((reply as Order_Item).toBinary()).toEqual(toBinary(Shop.method.buy.output, reply));
});
