export { connectRoutes } from "./routes.js";
export { connectTransport } from "./transport.js";
