import { createApp } from "./app.js";
import { catalogServer } from "./catalog.js";

const server = catalogServer();
const app = await createApp(server);
console.log(await app.listen({ host: "127.0.0.1", port: 8080 })); // browsers and curl
console.log(`grpc://127.0.0.1:${await server.listen("127.0.0.1:50051")}`); // other services
