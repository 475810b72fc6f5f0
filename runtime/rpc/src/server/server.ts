import { listen } from "#listen";
import { CallList } from "../call/call-list.js";
import { Code } from "../call/code.js";
import type { Context } from "../call/context.js";
import { Metadata } from "../call/metadata.js";
import { type ServedMethod, servedMethods } from "../call/served-method.js";
import type { Service } from "../call/service.js";
import { StatusError } from "../call/status-error.js";
import type { ServerInterceptor } from "../interceptor.js";
import type { IncomingCall } from "../transport/incoming-call.js";
import type { CallHandler, Listener, ListenOptions, TlsServer } from "../transport/listener.js";
import { ServedCall, type ServedCallOptions } from "./served-call.js";
import { type UnknownHandler, unknownMethod } from "./unknown-method.js";

/** Options of a server, on whatever it listens. */
export interface ServerOptions {
  /** Run around every call; the first is the outermost. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
  /**
   * Called when a handler throws something other than a StatusError; the client only sees UNKNOWN. Default:
   * console.error.
   */
  readonly onError?: ((error: unknown, context: Context) => void) | undefined;
  /**
   * Handles calls of methods that the server does not have, for example to forward them. Default: they fail with
   * UNIMPLEMENTED.
   */
  readonly unknown?: UnknownHandler | undefined;
}

/** How a server ends. */
export interface CloseOptions {
  /** Milliseconds for running calls to finish, before they end with UNAVAILABLE. Default: no limit. */
  readonly grace?: number | undefined;
}

/**
 * Creates a server without services.
 *
 * @example
 * const server = createServer().add(OrderService, {
 *   async getOrder({ id }, context) {
 *     const order = orders.get(id);
 *     if (order === undefined) throw new StatusError(Code.NotFound, `there is no order ${id}`);
 *     return order;
 *   },
 * });
 * const port = await server.listen("127.0.0.1:0");
 * await server.close({ grace: 5000 });
 */
export function createServer(options: ServerOptions = {}): Server {
  return new Server(options);
}

/** Serves the handlers of services on any number of addresses and in-memory transports. */
export class Server implements CallHandler {
  readonly #added = new Map<string, Service>();
  readonly #served = new Map<string, ServedMethod>();
  readonly #listeners = new Set<Listener>();
  readonly #running = new CallList<ServedCall>();
  readonly #callOptions: ServedCallOptions;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  readonly #unknown: UnknownHandler | undefined;

  constructor({ interceptors = [], onError = printError, unknown }: ServerOptions) {
    this.#unknown = unknown;
    const onOver = (call: ServedCall): void => {
      this.#running.delete(call);
      if (this.#running.size === 0) this.#onIdle?.();
    };
    this.#callOptions = { interceptors, onError, onOver };
  }

  /** The services that were added, in order. */
  get services(): Iterable<Service> {
    return this.#added.values();
  }

  /** The methods that have handlers. */
  get methods(): Iterable<ServedMethod> {
    return this.#served.values();
  }

  /** Whether `close` was called, so that no more calls are accepted. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** The number of running calls. */
  get runningCalls(): number {
    return this.#running.size;
  }

  /** The number of open connections on all addresses. */
  get connections(): number {
    return [...this.#listeners].reduce((sum, listener) => sum + listener.connections, 0);
  }

  /** Adds a service. Methods without a function in `handlers` answer UNIMPLEMENTED. Add services before you listen. */
  add<H>(service: Service<unknown, H>, handlers: Partial<H>): this {
    if (this.#added.has(service.typeName))
      throw new Error(`cannot add service ${service.typeName}: it is there already`);
    this.#added.set(service.typeName, service);
    for (const served of servedMethods(service, handlers)) this.#served.set(served.method.path, served);
    return this;
  }

  /** The method at this path, such as `/shop.v1.Orders/Get`; undefined if the server does not have it. */
  find(path: string): ServedMethod | undefined {
    const found = this.#served.get(path);
    if (found !== undefined || this.#unknown === undefined) return found;
    return unknownMethod(path, this.#unknown);
  }

  /**
   * Accepts gRPC calls at an address, such as `127.0.0.1:50051`, `[::]:0` or `unix:/run/shop.sock`, and resolves to the
   * port. May be called for several addresses. Rejects if the address cannot be bound.
   *
   * @example
   * await server.listen("0.0.0.0:50051", { tls: { cert, key }, keepalive: { time: 30_000 } });
   */
  async listen(address: string, options: ListenOptions = {}): Promise<number> {
    if (this.closed) throw new Error(`cannot listen on ${address}: the server is closed`);
    const listener = await listen(this, address, options);
    this.#listeners.add(listener);
    return listener.port;
  }

  /**
   * Replaces certificates on all encrypted addresses: new connections get them, open ones go on. Throws for a certificate
   * that cannot be used; then nothing changes on that address.
   */
  renewTls(tls: TlsServer): void {
    for (const listener of this.#listeners) listener.renewTls(tls);
  }

  /** Serves a call that a transport has accepted. Never throws: every failure becomes the call's status. */
  handle(served: ServedMethod, incoming: IncomingCall): void {
    if (this.closed) {
      incoming.end({
        code: Code.Unavailable,
        text: "the server is shutting down",
        details: [],
        trailers: new Metadata(),
      });
      return;
    }
    const call = new ServedCall(served, incoming, this.#callOptions);
    this.#running.add(call);
    call.start();
  }

  /**
   * Stops accepting calls, lets the running ones finish, and resolves when all have ended and the addresses are free.
   * Calls still running after the grace period are cancelled. A second call may shorten the grace period.
   */
  async close({ grace }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#drain();
    const timer = grace === undefined ? undefined : setTimeout(() => this.#cancelAll(), grace);
    await this.#closing;
    clearTimeout(timer);
  }

  async #drain(): Promise<void> {
    for (const call of this.#running.all()) call.drain();
    const idle = this.#running.size === 0 ? undefined : new Promise<void>((resolve) => (this.#onIdle = resolve));
    await Promise.all([idle, ...[...this.#listeners].map((listener) => listener.drain())]);
  }

  #cancelAll(): void {
    for (const call of this.#running.all())
      call.cancel(new StatusError(Code.Unavailable, "the server is shutting down"));
    for (const listener of this.#listeners) listener.destroy();
  }
}

function printError(error: unknown, context: Context): void {
  console.error(`the handler of ${context.method.path} failed:`, error);
}
