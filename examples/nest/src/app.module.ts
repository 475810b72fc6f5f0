import { Module } from "@nestjs/common";
import { GRPC_ADDRESS, GrpcServer } from "./grpc.server.js";
import { OrdersController } from "./orders.controller.js";
import { OrdersService } from "./orders.service.js";

@Module({
  controllers: [OrdersController],
  providers: [
    OrdersService,
    GrpcServer,
    { provide: GRPC_ADDRESS, useFactory: () => process.env.GRPC_ADDRESS ?? "127.0.0.1:50051" },
  ],
})
export class AppModule {}
