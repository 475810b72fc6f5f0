export type { Balancing, ServiceConfig } from "../transport/service-config.js";
export { serviceConfig } from "./service-config.js";
