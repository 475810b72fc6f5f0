/** A place in the input: `deployment.yaml:4:5` or `order.proto:32:3`, with lines and columns from 1. */
export type Place = string;
