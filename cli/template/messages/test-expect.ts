import { expect, test } from "RUNNER";
import { Order, totalOf } from "../src/index.js";

const order = new Order({ buyer: "Ada", lines: [{ title: "Dune", count: 2, price: 900 }] });

test("an order travels as bytes", () => {
  const received = Order.fromBinary(order.toBinary());
  expect(totalOf(received)).toBe(1800);
});

test("an order travels as JSON", () => {
  const received = Order.fromJsonString(order.toJsonString());
  expect(received.lines[0]?.title).toBe("Dune");
});
