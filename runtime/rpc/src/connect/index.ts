export { connectRoutes } from "./routes.js";
export { type ConnectTransportOptions, connectTransport } from "./transport.js";
