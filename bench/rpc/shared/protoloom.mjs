import { Order } from "../../../test/gen/js/rpc/orders_pb.js";

/** The handlers of our servers. */
export function handlersOf(message) {
  const order = new Order(message);
  return {
    echo: (request) => request,
    *list({ count }) {
      for (let i = 0; i < count; i++) yield order;
    },
    async upload(orders) {
      let count = 0;
      for await (const _ of orders) count++;
      return { count };
    },
    talk: (orders) => orders,
  };
}

/** The calls of the benchmark by a client of ours; `options` apply to each. */
export function callsOf(client, message, options) {
  const order = new Order(message);
  const repeat = function* (count) {
    for (let i = 0; i < count; i++) yield order;
  };
  return {
    unary: options === undefined ? () => client.echo(order) : () => client.echo(order, options()),
    async stream(count) {
      for await (const _ of client.list({ count }));
    },
    upload: (count) => client.upload(repeat(count)),
    async talk(count) {
      for await (const _ of client.talk(repeat(count)));
    },
  };
}
