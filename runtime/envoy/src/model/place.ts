/** Where something is written: `deployment.yaml:4:5`, `order.proto:32:3`, lines and columns from 1. */
export type Place = string;
