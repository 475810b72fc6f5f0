export { Health, type HealthClient, type HealthHandlers } from "../gen/health/v1/health_grpc.js";
export { HealthCheckResponse_ServingStatus as ServingStatus } from "../gen/health/v1/health_pb.js";
export { createHealth, HealthRegistry } from "./registry.js";
