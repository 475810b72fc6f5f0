import { earlier } from "../call/deadline.js";
import type {
  ClientCall,
  StreamCall,
  StreamReply,
  Transport,
  UnaryCall,
  UnaryReceiver,
  UnaryReply,
} from "../transport/transport.js";
import { type Attempt, hedge, retry } from "./attempts.js";
import { configOf, type MethodConfig, type ParsedConfig } from "./parse.js";
import { ReplayedRequests } from "./replayed-requests.js";
import { Throttle } from "./throttle.js";

/** Applies a service config to the calls of a transport. */
export class ConfiguredTransport implements Transport {
  readonly #transport: Transport;
  readonly #config: ParsedConfig;
  readonly #throttle: Throttle;

  constructor(transport: Transport, config: ParsedConfig) {
    this.#transport = transport;
    this.#config = config;
    this.#throttle = new Throttle(config.throttling);
  }

  unary(call: UnaryCall): Promise<UnaryReply> {
    const config = configOf(this.#config, call.method.path);
    if (config === undefined) return this.#transport.unary(call);
    const configured = configure(call, config);
    return this.#attempts(configured, config, always, (metadata, signal) =>
      this.#transport.unary({ ...configured, metadata, signal }),
    );
  }

  startUnary(call: UnaryCall, receiver: UnaryReceiver): void {
    const transport = this.#transport;
    if (transport.startUnary !== undefined && configOf(this.#config, call.method.path) === undefined)
      transport.startUnary(call, receiver);
    else
      this.unary(call).then(
        (reply) => receiver.succeed(reply),
        (e) => receiver.fail(() => e),
      );
  }

  async stream(call: StreamCall): Promise<StreamReply> {
    const config = configOf(this.#config, call.method.path);
    if (config === undefined) return this.#transport.stream(call);
    const configured = configure(call, config);
    if (config.retry === undefined && config.hedging === undefined) return this.#transport.stream(configured);
    const requests = new ReplayedRequests(call.method, call.messages);
    try {
      const reply = await this.#attempts(
        configured,
        config,
        () => requests.isWhole,
        (metadata, signal) => this.#transport.stream({ ...configured, metadata, signal, messages: requests.replay() }),
      );
      requests.commit();
      return reply;
    } catch (e) {
      requests.stop();
      throw e;
    }
  }

  close(): void {
    this.#transport.close();
  }

  #attempts<R>(
    call: ClientCall,
    { retry: retries, hedging }: MethodConfig,
    canRepeat: () => boolean,
    attempt: Attempt<R>,
  ): Promise<R> {
    if (retries !== undefined) return retry(call, retries, this.#throttle, attempt, canRepeat);
    if (hedging !== undefined) return hedge(call, hedging, this.#throttle, attempt, canRepeat);
    return attempt(call.metadata, call.signal);
  }
}

function configure<C extends ClientCall>(call: C, { timeout, waitForReady }: MethodConfig): C {
  const deadline = timeout === undefined ? call.deadline : earlier(call.deadline, Date.now() + timeout);
  return { ...call, deadline, waitForReady: call.waitForReady || waitForReady };
}

function always(): boolean {
  return true;
}
