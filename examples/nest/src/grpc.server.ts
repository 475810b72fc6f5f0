import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { createServer } from "@protoloom/rpc";
import { createHealth, Health } from "@protoloom/rpc/health";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";
import { OrdersService } from "./orders.service.js";

export const GRPC_ADDRESS = Symbol("the address of the gRPC server");

/** Starts and stops the gRPC server with the application. */
@Injectable()
export class GrpcServer implements OnApplicationBootstrap, OnApplicationShutdown {
  port = 0;
  private readonly logger = new Logger(GrpcServer.name);
  private readonly server = createServer({ onError: (error) => this.logger.error(error) });

  constructor(
    @Inject(OrdersService) orders: OrdersService,
    @Inject(GRPC_ADDRESS) private readonly address: string,
  ) {
    this.server.add(OrderService, orders).add(Health, createHealth());
  }

  async onApplicationBootstrap(): Promise<void> {
    this.port = await this.server.listen(this.address);
  }

  /** Lets running calls finish. Nest calls it after `app.enableShutdownHooks()`. */
  async onApplicationShutdown(): Promise<void> {
    await this.server.close({ grace: 5000 });
  }
}
