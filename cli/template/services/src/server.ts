import { orderServer } from "./orders.js";

const server = orderServer();
const port = await server.listen(process.env.ADDRESS ?? "127.0.0.1:50051");
console.log(`taking orders on port ${port}`);

process.once("SIGTERM", () => void server.close({ grace: 10_000 }));
