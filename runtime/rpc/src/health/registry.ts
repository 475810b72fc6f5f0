import { Code } from "../call/code.js";
import type { Context } from "../call/context.js";
import { StatusError } from "../call/status-error.js";
import type { HealthHandlers } from "../gen/health/v1/health_grpc.js";
import {
  type HealthCheckRequest,
  type HealthCheckResponseInit,
  type HealthListResponseInit,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../gen/health/v1/health_pb.js";

/** The name of the server as a whole (gRPC, "Health Checking Protocol"). */
const WHOLE = "";

/**
 * Creates the health of a server, which is SERVING until you set it otherwise.
 *
 * @example
 * const health = createHealth();
 * const server = createServer().add(Health, health).add(OrderService, orders);
 * health.set("shop.v1.OrderService", ServingStatus.NOT_SERVING);
 */
export function createHealth(): HealthRegistry {
  return new HealthRegistry();
}

/** The health of services, and the handlers of grpc.health.v1.Health. */
export class HealthRegistry implements HealthHandlers {
  readonly #statuses = new Map<string, ServingStatus>([[WHOLE, ServingStatus.SERVING]]);
  readonly #watchers = new Set<() => void>();

  /** Sets the status of a service by its full name, or of the server as a whole. Watchers are notified. */
  set(service: string, status: ServingStatus): void {
    this.#statuses.set(service, status);
    for (const wake of this.#watchers) wake();
  }

  /** Removes a service: checks get NOT_FOUND, watchers get SERVICE_UNKNOWN. */
  delete(service: string): void {
    this.#statuses.delete(service);
    for (const wake of this.#watchers) wake();
  }

  /** Serves `Check`: the status of one service. Throws NOT_FOUND for a service that was never set. */
  check({ service }: HealthCheckRequest): HealthCheckResponseInit {
    const status = this.#statuses.get(service);
    if (status === undefined) throw new StatusError(Code.NotFound, `unknown service "${service}"`);
    return { status };
  }

  /** Serves `List`: the status of every service. */
  list(): HealthListResponseInit {
    return { statuses: Object.fromEntries([...this.#statuses].map(([service, status]) => [service, { status }])) };
  }

  /** Yields the current status and every change. A draining server is NOT_SERVING and ends the stream. */
  async *watch({ service }: HealthCheckRequest, context: Context): AsyncGenerator<HealthCheckResponseInit> {
    const { signal, draining } = context;
    let told: ServingStatus | undefined;
    while (!signal.aborted && !draining.aborted) {
      const status = this.#statuses.get(service) ?? ServingStatus.SERVICE_UNKNOWN;
      if (status === told) await this.#change([signal, draining]);
      else yield { status };
      told = status;
    }
    if (!signal.aborted) yield { status: ServingStatus.NOT_SERVING };
  }

  /** Resolves at the next change or when one of the signals fires. */
  #change(signals: readonly AbortSignal[]): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#watchers.delete(wake);
        for (const signal of signals) signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#watchers.add(wake);
      for (const signal of signals) signal.addEventListener("abort", wake);
      if (signals.some((signal) => signal.aborted)) wake();
    });
  }
}
