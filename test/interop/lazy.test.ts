import { expect, jest, test } from "@jest/globals";

// Counts the files that protobuf-es decodes for us: that is where all the cost of a descriptor is.
const real = await import("@bufbuild/protobuf/codegenv2");
const decoded: string[] = [];
jest.unstable_mockModule("@bufbuild/protobuf/codegenv2", () => ({
  ...real,
  fileDesc(...args: Parameters<typeof real.fileDesc>) {
    const file = real.fileDesc(...args);
    decoded.push(file.proto.name);
    return file;
  },
}));

const { Order, Order_Item, OrderSchema, discount, Order_color } = await import("../gen/ts/interop/proto2_pb.js");
const { ContactSchema, file_interop_types } = await import("../gen/ts/interop/types_pb.js");
const { Shop } = await import("../gen/ts/interop/service_pb.js");
const { anyPack } = await import("@protoloom/protobuf/wkt");
const protoloom = await import("@protoloom/protobuf");

test("importing generated code decodes no descriptor", () => {
  expect(decoded).toEqual([]);
});

test("our own functions decode none either", () => {
  const order = new Order({ author: "liuchao", first: { name: "x" }, attributes: { a: 1 }, nickname: "n" });
  protoloom.setExtension(order, discount, 5);
  protoloom.setExtension(order.first!, Order_color, "red");
  const registry = protoloom.createRegistry(Order, Order_Item, discount, Order_color);
  order.payload = anyPack(new Order_Item({ name: "inside" }));

  const copy = Order.fromBinary(order.toBinary());
  expect(Order.fromJsonString(copy.toJsonString({ registry }), { registry }).equals(order)).toBe(true);
  expect(protoloom.getExtension(copy.clone$(), discount)).toBe(5);
  expect(decoded).toEqual([]);
});

test("the first touch decodes the file and what it imports, each once", () => {
  expect(ContactSchema.typeName).toBe("interop.Contact");
  expect(decoded).toEqual(["google/protobuf/timestamp.proto", "interop/types.proto"]);
  expect(file_interop_types.messages[0]).toBe(ContactSchema);

  expect(OrderSchema.field.contact.message).toBe(ContactSchema);
  expect(Shop.method.list.input).toBe(ContactSchema);
  expect(decoded.length).toBe(new Set(decoded).size);
  expect(decoded).toContain("interop/proto2.proto");
});
