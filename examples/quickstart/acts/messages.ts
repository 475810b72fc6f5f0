import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { Order, OrderReply, OrderSchema } from "../gen/order_pb.js";
import type { Act } from "../main.js";
import { code, failure, paint, result, say } from "../terminal.js";
import { decodeVarint, hex, parseFields, VARINT, type WireField, wireTypes } from "../wire.js";

/** Shows the generated classes: bytes, equality, JSON, errors. */
export const messages: Act = {
  title: "Messages",
  play() {
    const order = new Order({ date: "2026-11-22", classname: "gRPC", author: "liuchao", price: 130 });
    const bytes = order.toBinary();
    showBytes(order, bytes);
    showReading(order, bytes);
    showJson(order);
    showErrors(bytes);
  },
};

function showBytes(order: Order, bytes: Uint8Array): void {
  const { date, classname, author, price } = order;
  say("A message is an instance of its class.");
  code(
    `const order = new Order({`,
    `  date: "${date}", classname: "${classname}", author: "${author}", price: ${price},`,
    `});`,
    `const bytes = order.toBinary();`,
  );

  const fields = parseFields(bytes);
  say(`Its ${bytes.length} bytes, field by field. A tag is the field's number << 3 | the wire type.`);
  for (const field of fields) printField(field);
  checkFields(order, bytes, fields);

  say(
    "Each byte of a varint has 7 bits of the number, the lowest first, and one bit that says\nwhether another byte follows. Tags and lengths are varints too.",
  );
  for (const field of fields) if (field.wireType === VARINT) printVarint(field);
}

function printField(field: WireField): void {
  const { number, wireType, tag, length, value } = field;
  const all = [paint("tag", hex(tag)), length && paint("length", hex(length)), paint("value", hex(value))];
  console.log(`  ${paint("title", nameOf(field))} = ${number}: ${all.filter((part) => part !== undefined).join(" ")}`);
  printPart("tag", tag, `${number} << 3 | ${wireType}: field ${number}, ${wireTypes[wireType]}`);
  if (length) printPart("length", length, `${decodeVarint(length)}`);
  printPart("value", value, JSON.stringify(readValue(field)));
}

function printPart(part: "tag" | "length" | "value", bytes: Uint8Array, meaning: string): void {
  console.log(`    ${paint(part, part.padEnd(8))}${hex(bytes).padEnd(31)}${meaning}`);
}

/** The bytes have numbers only: the names are in the schema. */
function nameOf(field: WireField): keyof Order {
  const desc = OrderSchema.fields.find(({ number }) => number === field.number);
  ok(desc, `${OrderSchema.typeName} has a field ${field.number}`);
  return desc.localName as keyof Order;
}

/** Order has strings and one int32. */
function readValue({ wireType, value }: WireField): string | number {
  return wireType === VARINT ? decodeVarint(value) : new TextDecoder().decode(value);
}

/** The output above came from the bytes alone; this compares it with the message and the documentation. */
function checkFields(order: Order, bytes: Uint8Array, fields: readonly WireField[]): void {
  const partsOf = ({ tag, length, value }: WireField) => [...tag, ...(length ?? []), ...value];
  deepStrictEqual(fields.flatMap(partsOf), [...bytes]);
  for (const field of fields) equal(readValue(field), order[nameOf(field)]);
  const byName = Object.fromEntries(fields.map((field) => [nameOf(field), hex(partsOf(field))]));
  equal(byName.author, "1a 07 6c 69 75 63 68 61 6f");
  equal(byName.price, "20 82 01");
}

function printVarint(field: WireField): void {
  console.log(`  ${paint("title", nameOf(field))}: ${paint("value", hex(field.value))}`);
  field.value.forEach((byte, i) => {
    const [more, low, weight] = [byte >> 7, byte & 0x7f, 128 ** i];
    const bits = `${paint("tag", `${more}`)} ${paint("value", low.toString(2).padStart(7, "0"))}`;
    const follows = (more ? "another byte follows" : "the last byte").padEnd(20);
    const term = `${low} × ${weight}`.padStart(10);
    console.log(`    ${hex([byte])} = ${bits}   ${follows} ${term} = ${`${low * weight}`.padStart(4)}`);
  });
  console.log(`${"sum".padStart(48)} = ${paint("title", `${decodeVarint(field.value)}`.padStart(4))}`);
}

function showReading(order: Order, bytes: Uint8Array): void {
  const copy = Order.fromBinary(bytes);
  say("Read back, it is a message again.");
  code("const copy = Order.fromBinary(bytes);");
  result("copy.author", copy.author, "liuchao");
  result("copy instanceof Order", copy instanceof Order, true);
  result("copy.equals(order)", copy.equals(order), true);
  copy.price += 1;
  code("copy.price += 1;");
  result("copy.equals(order)", copy.equals(order), false);
}

function showJson(order: Order): void {
  const orderNumber = 2n ** 53n + 1n;
  const reply = new OrderReply({ accepted: true, orderNumber });
  const text = '{"accepted":true,"orderNumber":"9007199254740993"}';
  say("JSON is ProtoJSON. A uint64 is a bigint, and in JSON a string.");
  result(
    "order.toJsonString({ prettySpaces: 2 })",
    order.toJsonString({ prettySpaces: 2 }),
    JSON.stringify(order, null, 2),
  );
  code(`const reply = new OrderReply({ accepted: true, orderNumber: 2n ** 53n + 1n });`);
  result("const text = JSON.stringify(reply)", JSON.stringify(reply), text);
  result("OrderReply.fromJsonString(text).orderNumber", OrderReply.fromJsonString(text).orderNumber, orderNumber);
}

function showErrors(bytes: Uint8Array): void {
  say("A ProtobufError names the field, and says what was found.");
  failure(
    "Order.fromBinary(bytes.subarray(0, 25))",
    () => Order.fromBinary(bytes.subarray(0, 25)),
    "cannot decode field shop.v1.Order.author: truncated message",
  );
  failure(
    'OrderReply.fromJsonString(\'{"order": {"price": "a lot"}}\')',
    () => OrderReply.fromJsonString('{"order": {"price": "a lot"}}'),
    'cannot decode field shop.v1.OrderReply.order.price from JSON: expected int32, got "a lot"',
  );
  failure(
    "new Order({ price: 2 ** 31 }).toBinary()",
    () => new Order({ price: 2 ** 31 }).toBinary(),
    "cannot encode field shop.v1.Order.price: expected int32, got 2147483648: out of range",
  );
}
