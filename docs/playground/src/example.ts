import type { Shared } from "./share.js";

const previous = `syntax = "proto3";
package shop.v1;

import "google/api/annotations.proto";

// A purchase order.
message Order {
  string author = 1;
  int32 price = 2;
  repeated Line lines = 3;
  map<string, string> labels = 4;

  message Line {
    string book = 1;
    uint32 count = 2;
  }
}

message GetOrderRequest {
  string name = 1;
}

service Orders {
  rpc Purchase(Order) returns (Order) {
    option (google.api.http) = { post: "/v1/orders" body: "*" };
  }
  rpc GetOrder(GetOrderRequest) returns (Order) {
    option idempotency_level = NO_SIDE_EFFECTS;
    option (google.api.http) = { get: "/v1/{name=orders/*}" };
  }
}
`;

/** The first content of the page: an order, and its next version, with a change that breaks and one that does not. */
export const example: Shared = {
  view: "code",
  inputs: {
    proto: previous
      .replace("int32 price = 2;", "sint32 price = 2;")
      .replace("uint32 count = 2;", "uint32 count = 2;\n    optional string note = 3;"),
    previous,
    deployment: `listeners:
  public:
    address: 0.0.0.0:8080
services:
  shop.v1.Orders:
    split: { orders-v1: 99, orders-v2: 1 }
    timeout: 2s
    retry: { attempts: 3 }
clusters:
  orders-v1: { endpoints: [{ address: 10.0.0.1:50051 }, { address: 10.0.0.2:50051 }] }
  orders-v2: { endpoints: [{ address: 10.0.0.3:50051 }] }
`,
    options: "",
    type: "shop.v1.Order",
    json: `{
  "author": "liuchao",
  "price": 130,
  "lines": [{ "book": "Proto, in practice", "count": 2 }],
  "labels": { "shelf": "B7" }
}
`,
  },
};
