import { Body, Controller, Inject, type MessageEvent, Param, Post, Sse, UseFilters } from "@nestjs/common";
import { createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { from, map, type Observable } from "rxjs";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";
import { PlaceOrderRequest, type PlaceOrderResponse } from "./gen/shop/v1/orders_pb.js";
import { OrdersService } from "./orders.service.js";
import { StatusFilter } from "./status.filter.js";

/** The same service for people who want JSON over HTTP. */
@Controller("orders")
@UseFilters(StatusFilter)
export class OrdersController {
  private readonly orders;

  constructor(@Inject(OrdersService) orders: OrdersService) {
    // In memory, with the interceptors, deadlines and errors of a real call.
    this.orders = createClient(OrderService, inMemoryTransport(createServer().add(OrderService, orders)));
  }

  @Post()
  place(@Body() body: object): Promise<PlaceOrderResponse> {
    return this.orders.placeOrder(PlaceOrderRequest.fromJson(body as never));
  }

  @Sse(":id/events")
  events(@Param("id") id: string): Observable<MessageEvent> {
    return from(this.orders.watchOrder({ id })).pipe(map((event) => ({ data: event.toJsonString() })));
  }
}
