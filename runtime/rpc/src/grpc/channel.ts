import { Code } from "../call/code.js";
import type { Balancing } from "../transport/service-config.js";
import { Backoff } from "./backoff.js";
import { type ChannelOptions, channelOptions } from "./channel-options.js";
import type { ClientConnection } from "./client-connection.js";
import type { ConnectivityState, GrpcTransportOptions } from "./client-options.js";
import { Subchannel, type SubchannelOwner } from "./subchannel.js";
import { type Endpoint, parseTarget, type Target } from "./target.js";

/** A call that needs a stream. */
export interface Opening {
  /** Whether the call waits for a connection as long as its deadline allows. */
  readonly waitForReady: boolean;
  /** Whether the call has ended while it waited. */
  readonly isOver: boolean;
  open(connection: ClientConnection): void;
  /** No stream can be opened. */
  refuse(code: Code, text: string): void;
}

/** Milliseconds without an answer after which the next address is tried in parallel (RFC 8305, section 5). */
const STAGGER_MS = 250;

/** Assigns calls to connections. It connects for the first call, and again when connections are lost. */
export class Channel implements SubchannelOwner {
  readonly target: Target;
  readonly #options: ChannelOptions;
  readonly #balancing: Balancing;
  readonly #backoff = new Backoff();
  #subchannels: Subchannel[] = [];
  /** Addresses that the current attempt has not tried yet. */
  #untried: Subchannel[] = [];
  #stagger: ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #isResolving = false;
  #isClosed = false;
  /** The reason why no connection could be established last. */
  lastFailure = "";
  #turn = 0;
  #waiting: Opening[] = [];
  #toldState: ConnectivityState = "idle";

  constructor(options: GrpcTransportOptions) {
    this.#options = channelOptions(options);
    this.#balancing = options.serviceConfig?.balancing ?? "pick_first";
    this.target = parseTarget(options.address, options.tls !== undefined);
  }

  /** Opens a stream for the call, now or as soon as there is a connection. */
  start(opening: Opening): void {
    const connection = this.#waiting.length === 0 ? this.#pick() : undefined;
    if (connection !== undefined) opening.open(connection);
    else if (this.#isClosed) opening.refuse(Code.Unavailable, "the transport is closed");
    else if (this.#pause !== undefined && !opening.waitForReady) opening.refuse(Code.Unavailable, this.lastFailure);
    else {
      this.#waiting.push(opening);
      this.#connect();
    }
  }

  get state(): ConnectivityState {
    if (this.#isClosed) return "shutdown";
    if (this.#subchannels.some((each) => each.isReady)) return "ready";
    if (this.#pause !== undefined) return "transient_failure";
    return this.#isUnderWay ? "connecting" : "idle";
  }

  /** The number of established connections. */
  get connections(): number {
    return this.#subchannels.reduce((sum, each) => sum + each.connections, 0);
  }

  #tellState(): void {
    const { onStateChange } = this.#options;
    if (onStateChange === undefined) return;
    const { state } = this;
    if (state === this.#toldState) return;
    this.#toldState = state;
    onStateChange(state);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#stagger);
    clearTimeout(this.#pause);
    this.#untried = [];
    for (const subchannel of this.#subchannels.splice(0)) subchannel.close("the transport is closed");
    for (const opening of this.#waiting.splice(0)) opening.refuse(Code.Unavailable, "the transport is closed");
    this.#tellState();
  }

  #pick(): ClientConnection | undefined {
    const subchannels = this.#subchannels;
    for (let i = 0; i < subchannels.length; i++) {
      const connection = subchannels[this.#turn++ % subchannels.length]!.pick();
      if (connection !== undefined) return connection;
    }
    return undefined;
  }

  get #isUnderWay(): boolean {
    return this.#isResolving || this.#pause !== undefined || this.#subchannels.some((each) => each.isConnecting);
  }

  #connect(): void {
    if (this.#isClosed || this.#isUnderWay || this.#subchannels.some((each) => each.isReady)) return;
    this.#isResolving = true;
    this.#tellState();
    this.target.resolve().then(
      (endpoints) => this.#tryAll(endpoints),
      (e: Error) => {
        this.#isResolving = false;
        this.#failed(`cannot resolve ${this.#options.address}: ${e.message}`);
      },
    );
  }

  #tryAll(endpoints: readonly Endpoint[]): void {
    this.#isResolving = false;
    if (this.#isClosed) return;
    this.#subchannels = endpoints.map((endpoint) => new Subchannel(endpoint, this.target, this.#options, this));
    if (this.#balancing === "round_robin") for (const subchannel of this.#subchannels) subchannel.connect();
    else {
      this.#untried = [...this.#subchannels];
      this.#tryNext();
    }
  }

  #tryNext(): void {
    clearTimeout(this.#stagger);
    this.#untried.shift()?.connect();
    if (this.#untried.length > 0) this.#stagger = setTimeout(() => this.#tryNext(), STAGGER_MS);
  }

  onRoom(): void {
    if (this.#isClosed) return;
    if (this.#balancing === "pick_first" && this.#subchannels.length > 1) this.#keepFirstReady();
    this.#backoff.reset();
    this.#tellState();
    while (this.#waiting.length > 0) {
      const opening = this.#waiting[0]!;
      if (!opening.isOver) {
        const connection = this.#pick();
        if (connection === undefined) return;
        this.#waiting.shift();
        opening.open(connection);
      } else this.#waiting.shift();
    }
  }

  #keepFirstReady(): void {
    clearTimeout(this.#stagger);
    this.#untried = [];
    const chosen = this.#subchannels.find((each) => each.isReady);
    const others = this.#subchannels.filter((each) => each !== chosen);
    this.#subchannels = chosen === undefined ? [] : [chosen];
    for (const subchannel of others) subchannel.close("another address was faster");
  }

  onDown(subchannel: Subchannel, reason: string, wasReady: boolean): void {
    if (this.#isClosed || !this.#subchannels.includes(subchannel)) return;
    if (this.#untried.length > 0) {
      this.#tryNext();
      return;
    }
    if (this.#subchannels.some((each) => each.isReady || each.isConnecting)) {
      if (this.#balancing === "round_robin") this.#reconnectLater(subchannel);
      return;
    }
    this.#subchannels = [];
    if (wasReady) this.#tellState();
    if (!wasReady) this.#failed(`no connection to ${this.#options.address}: ${reason}`);
    else if (this.#waiting.length > 0) this.#connect();
  }

  /** One of several addresses is down: the others take its calls meanwhile. */
  #reconnectLater(subchannel: Subchannel): void {
    setTimeout(() => {
      if (!this.#isClosed && this.#subchannels.includes(subchannel) && !subchannel.isReady) subchannel.connect();
    }, this.#backoff.next()).unref();
  }

  /** No address could be reached: calls without `waitForReady` fail. */
  #failed(reason: string): void {
    if (this.#isClosed) return;
    this.lastFailure = reason;
    this.#pause = setTimeout(() => this.#resume(), this.#backoff.next());
    this.#tellState();
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((opening) => opening.waitForReady && !opening.isOver);
    if (this.#waiting.length === 0) this.#pause.unref();
    for (const opening of waiting) if (!opening.waitForReady) opening.refuse(Code.Unavailable, reason);
  }

  #resume(): void {
    this.#pause = undefined;
    if (this.#waiting.length === 0) this.#tellState();
    if (this.#waiting.length > 0) this.#connect();
  }
}
