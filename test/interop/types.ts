/**
 * Code that must compile, and code that must not, where our types meet those of protobuf-es. Nothing here runs: tsc checks it,
 * under strict and exactOptionalPropertyTypes.
 */
import {
  create,
  type DescMessage,
  type EnumShape,
  type Extendee,
  type ExtensionValueShape,
  fromBinary,
  getExtension,
  isMessage,
  type Message,
  type MessageInitShape,
  type MessageShape,
  setExtension,
  toBinary,
} from "@bufbuild/protobuf";
import type { GenEnum, GenExtension, GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { TimestampSchema, timestampDate, timestampNow } from "@bufbuild/protobuf/wkt";
import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { Shape } from "@protoloom/protobuf/interop";
import type * as es2023 from "../gen/es/interop/edition2023_pb.js";
import type * as esProto3 from "../gen/es/interop/proto3_pb.js";
import type * as jsProto2 from "../gen/js/interop/proto2_pb.js";
import * as edition2023 from "../gen/ts/interop/edition2023_pb.js";
import * as proto2 from "../gen/ts/interop/proto2_pb.js";
import * as proto3 from "../gen/ts/interop/proto3_pb.js";
import { file_interop_service, type Shop } from "../gen/ts/interop/service_pb.js";
import { Contact, ContactSchema, type Level, type LevelSchema } from "../gen/ts/interop/types_pb.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Extends<A, B> = A extends B ? true : false;
function assert<_ extends true>(): void {}

export function schemas(): void {
  // Functions of protobuf-es return the fields of the class without its methods.
  assert<Equal<MessageShape<typeof proto2.OrderSchema>, Shape<proto2.Order>>>();
  assert<Extends<proto2.Order, MessageShape<typeof proto2.OrderSchema>>>();
  assert<Extends<proto3.Order, MessageShape<typeof proto3.OrderSchema>>>();
  assert<Extends<edition2023.Order, MessageShape<typeof edition2023.OrderSchema>>>();
  assert<Extends<jsProto2.Order, MessageShape<typeof jsProto2.OrderSchema>>>();
  assert<Equal<Extends<MessageShape<typeof proto3.OrderSchema>, proto3.Order>, false>>();
  assert<Equal<keyof MessageShape<typeof proto3.Order_ItemSchema>, keyof esProto3.Order_Item>>();
  assert<Equal<EnumShape<typeof LevelSchema>, Level>>();
  assert<Equal<ExtensionValueShape<typeof proto2.steps>, number[]>>();
  assert<Equal<ExtensionValueShape<typeof proto2.gift>, Shape<proto2.Order_Item>>>();
  assert<Equal<Extendee<typeof proto2.gift>, Shape<proto2.Order>>>();

  const message: GenMessage<Shape<proto2.Order>> = proto2.OrderSchema;
  const enumeration: GenEnum<proto2.Order_Status> = proto2.Order_StatusSchema;
  const extension: GenExtension<Shape<proto2.Order>, number> = proto2.discount;
  const file: GenFile = file_interop_service;
  assert<Extends<typeof Shop, GenService<{ buy: typeof Shop.method.buy }>>>();
  assert<Extends<proto2.Order, Message<"interop.proto2.Order">>>();
  const descs: DescMessage[] = [message, proto3.OrderSchema, ContactSchema];
  const anyMessage: Message = new Contact();
  use(enumeration, extension, file, descs, anyMessage);

  use(proto3.OrderSchema.field.author, proto3.OrderSchema.field.replacement);
  // @ts-expect-error no such field
  use(proto3.OrderSchema.field.autor);
  // @ts-expect-error a method
  use(proto3.OrderSchema.field.toBinary);
}

export function inits(): void {
  create(proto3.OrderSchema);
  create(proto3.OrderSchema, new proto3.Order());
  create(proto3.OrderSchema, { author: "x", first: { parts: [{ name: "x" }] }, byName: { a: {} } });
  create(proto3.OrderSchema, {
    first: new proto3.Order_Item(),
    outcome: { case: "replacement", value: { name: "x" } },
  });
  create(proto2.OrderSchema, { price: undefined, parent: undefined }); // with exactOptionalPropertyTypes
  // @ts-expect-error another type
  create(proto3.OrderSchema, { author: 1 });
  // @ts-expect-error no such field
  create(proto3.OrderSchema, { autor: "x" });
  // @ts-expect-error a message of another type
  create(proto3.OrderSchema, new Contact());

  // An init of one family is an init of the other.
  const ours = (init: proto3.OrderInit): proto3.Order => new proto3.Order(init);
  ours({} as MessageInitShape<typeof proto3.OrderSchema>);
  ours(fromBinary(proto3.OrderSchema, new Uint8Array()));
  ours({ ...new proto3.Order(), author: "x" });
  ours({ price: null, author: undefined, contact: null });
  const theirs = (init: MessageInitShape<typeof edition2023.OrderSchema>) => create(edition2023.OrderSchema, init);
  theirs(new edition2023.Order());
  theirs({ ...new edition2023.Order() });
  // @ts-expect-error ours takes readonly arrays and null, which MessageInitShape does not
  theirs({} as edition2023.OrderInit);

  new proto3.Order(new proto3.Order());
  // @ts-expect-error a message of another type is no init, even where the fields would do
  new proto3.Order_Item(new Contact({ name: "x" }));
  // @ts-expect-error a required field
  new proto2.Strict({});
  new proto2.Strict({ name: "x" });
  create(proto2.StrictSchema, {}); // protobuf-es knows no required in types
}

/** Messages of code by protoc-gen-es are inits of ours. (Enums that agree in name and values are one to TypeScript.) */
export function otherFamily(order: esProto3.Order, order2023: es2023.Order): void {
  new Contact(order.contact);
  new proto3.Order(order);
  new edition2023.Order(order2023);
  // @ts-expect-error a message of another type
  new edition2023.Order(order);
}

export function functions(message: Message): void {
  const item = fromBinary(proto3.Order_ItemSchema, new Uint8Array());
  const name: string = item.name;
  const count: number | undefined = item.count;
  if (isMessage(message, ContactSchema)) use(message.email?.length);
  setExtension(new proto2.Order(), proto2.discount, 1);
  const gift: MessageShape<typeof proto2.Order_ItemSchema> = getExtension(new proto2.Order(), proto2.gift);
  // @ts-expect-error extends another message
  setExtension(new Contact(), proto2.discount, 1);
  // @ts-expect-error another type of value
  setExtension(new proto2.Order(), proto2.discount, "1");
  use(name, count, gift);
}

export function services(client: Client<typeof Shop>, impl: Partial<ServiceImpl<typeof Shop>>): void {
  const reply: Promise<MessageShape<typeof proto3.Order_ItemSchema>> = client.buy(new proto3.Order({ author: "x" }));
  const replies: AsyncIterable<MessageShape<typeof edition2023.OrderSchema>> = client.list({ name: "x" });
  impl.buy = (request: MessageShape<typeof proto3.OrderSchema>) => new proto3.Order_Item({ name: request.author });
  // @ts-expect-error Connect makes plain messages, without methods
  impl.buy = (request: proto3.Order) => request.first!;
  impl.buy = (request) => ({ name: request.author, parts: [{ name: "x" }] });
  // @ts-expect-error no such method
  client.sell({});
  // @ts-expect-error another type
  client.buy({ author: 1 });
  // @ts-expect-error another type
  impl.buy = () => ({ name: 1 });
  use(reply, replies);
}

/** Lines that compile with protobuf-es, and run: values of its own well-known types, spreads, literals. */
export function plain(order: MessageShape<typeof proto3.OrderSchema>): void {
  order.created = timestampNow();
  order.created = create(TimestampSchema, { seconds: 1n });
  const spread: typeof order = { ...order, author: "y" };
  const literal: MessageShape<typeof proto3.Order_ItemSchema> = {
    $typeName: "interop.proto3.Order.Item",
    name: "n",
    status: 0,
    parts: [],
  };
  order.first = literal;
  use(
    order.created && timestampDate(order.created),
    spread,
    new proto3.Order(order),
    toBinary(proto3.OrderSchema, order),
  );
  // @ts-expect-error no methods
  order.toBinary();
}

/** An alias like those of protoc-gen-es has the index signature that this type asks for; a class has none, its spread has. */
export function records(contact: Contact): void {
  const record = (value: Record<string, unknown>): void => use(value);
  // @ts-expect-error a class
  record(contact);
  record({ ...contact });
}

function use(..._values: unknown[]): void {}
