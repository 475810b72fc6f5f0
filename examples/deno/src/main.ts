import { chatServer } from "./room.ts";

const port = await chatServer().listen("127.0.0.1:50051");
console.log(`grpc://127.0.0.1:${port}`);
