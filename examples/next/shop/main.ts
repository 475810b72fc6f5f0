import { catalogServer } from "./catalog";

const port = await catalogServer().listen(process.env.CATALOG ?? "127.0.0.1:50051");
console.log(`catalog at 127.0.0.1:${port}`);
