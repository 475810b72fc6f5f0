export { type TelemetryOptions, traceClient } from "./trace-client.js";
export { traceServer } from "./trace-server.js";
