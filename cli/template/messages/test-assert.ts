import assert from "node:assert/strict";
import { test } from "node:test";
import { Order, totalOf } from "../src/index.js";

const order = new Order({ buyer: "Ada", lines: [{ title: "Dune", count: 2, price: 900 }] });

test("an order travels as bytes", () => {
  const received = Order.fromBinary(order.toBinary());
  assert.equal(totalOf(received), 1800);
});

test("an order travels as JSON", () => {
  const received = Order.fromJsonString(order.toJsonString());
  assert.equal(received.lines[0]?.title, "Dune");
});
