import { ProtobufError } from "@protoloom/protobuf";
import { Code, isStatusError } from "@protoloom/rpc";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import express, { type ErrorRequestHandler, type Express } from "express";
import type { OrderServiceClient } from "./gen/shop/v1/orders_grpc.js";
import { PlaceOrderRequest } from "./gen/shop/v1/orders_pb.js";

/** An API in JSON for people who know nothing of gRPC. */
export function createApp(orders: OrderServiceClient): Express {
  const app = express();
  app.use(express.json());

  app.post("/orders", async (request, response) => {
    // fromJson refuses unknown fields and wrong types, and names the field.
    const order = PlaceOrderRequest.fromJson(request.body);
    const placed = await orders.placeOrder(order, { deadline: 2000 });
    response.status(201).json(placed); // a message has toJSON
  });

  // A stream of messages as server-sent events. When the browser leaves, the call is cancelled.
  app.get("/orders/:id/events", async (request, response) => {
    const left = new AbortController();
    response.on("close", () => left.abort());
    for await (const event of orders.watchOrder({ id: request.params.id }, { signal: left.signal })) {
      if (!response.headersSent) response.type("text/event-stream");
      response.write(`data: ${event.toJsonString()}\n\n`);
    }
    response.end();
  });

  app.use(answerErrors);
  return app;
}

const statuses: Partial<Record<Code, number>> = {
  [Code.InvalidArgument]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.ResourceExhausted]: 429,
  [Code.Unavailable]: 503,
  [Code.DeadlineExceeded]: 504,
};

/** The errors of messages and calls as HTTP: a status, a text, and the fields that are wrong. */
const answerErrors: ErrorRequestHandler = (error, _, response, next) => {
  if (response.headersSent || !(error instanceof ProtobufError || isStatusError(error))) return next(error);
  if (!isStatusError(error)) return response.status(400).json({ error: error.message });
  const fields = error.findDetails(BadRequest).flatMap(({ fieldViolations }) => fieldViolations);
  const isOurs = statuses[error.code] === undefined;
  response
    .status(statuses[error.code] ?? 500)
    .json({ error: isOurs ? "internal error" : error.text, ...(fields.length > 0 && { fields }) });
};
