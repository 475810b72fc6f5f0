import { Injectable } from "@nestjs/common";
import { timestampNow } from "@protoloom/protobuf/wkt";
import { Code, StatusError } from "@protoloom/rpc";
import type { OrderServiceHandlers } from "./gen/shop/v1/orders_grpc.js";
import {
  type PlaceOrderRequest,
  type PlaceOrderResponseInit,
  Status,
  type WatchOrderRequest,
  type WatchOrderResponseInit,
} from "./gen/shop/v1/orders_pb.js";

/** The handlers of the service, as a provider: it may inject repositories, and others may inject it. */
@Injectable()
export class OrdersService implements OrderServiceHandlers {
  private readonly ids = new Set<string>();

  placeOrder({ title, count }: PlaceOrderRequest): PlaceOrderResponseInit {
    if (title === "" || count === 0) throw new StatusError(Code.InvalidArgument, "an order has a title and a count");
    const id = `order-${this.ids.size + 1}`;
    this.ids.add(id);
    return { id, placedAt: timestampNow() };
  }

  async *watchOrder({ id }: WatchOrderRequest): AsyncIterable<WatchOrderResponseInit> {
    if (!this.ids.has(id)) throw new StatusError(Code.NotFound, `no order ${id}`);
    for (const status of [Status.PLACED, Status.PACKED, Status.SENT]) yield { status };
  }
}
