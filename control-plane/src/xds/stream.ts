import type { Node } from "@protoloom/envoy/gen/envoy/config/core/v3/base_pb";
import { Code, type Context, type EncodedMessage, StatusError } from "@protoloom/rpc";
import type { Cache, Client } from "../cache/cache.js";
import { resourceTypes } from "../cache/resource-types.js";
import type { Variant } from "../cache/response.js";
import type { Table } from "../cache/table.js";
import { clientOf } from "./client.js";
import { type Refused, Subscription } from "./subscription.js";
import type { Turns } from "./turns.js";

/** The part of the server that a stream uses. */
export interface StreamHost {
  readonly cache: Cache;
  readonly turns: Turns;
  /** Milliseconds that a route may wait for its clusters. */
  readonly maxHold: number;
  /** The most types on one stream, and the most names of one type. */
  readonly maxTypes: number;
  readonly maxNames: number;
  /** Throws a StatusError if the client is not the node that it claims to be. */
  authorize(client: Client, context: Context): void;
  onNack(stream: XdsStream, refused: readonly Refused[]): void;
  /** A client has subscribed to resources of this table. */
  onSubscribe(table: Table): void;
  onChange(stream: XdsStream): void;
  onClose(stream: XdsStream): void;
}

const end: IteratorResult<EncodedMessage> = { done: true, value: undefined };

/**
 * One stream of a client, in either variant of the protocol. It is an iterator that makes a message on demand, so a client
 * that reads slowly gets the latest state once, not every state.
 */
export class XdsStream implements AsyncIterableIterator<EncodedMessage> {
  /** State of the world, or incremental (delta). */
  readonly variant: Variant;
  /** When it began, in milliseconds since 1970. */
  readonly since: number = Date.now();
  /** The address of the client. */
  readonly peer: string;
  /** The client's subscriptions, by type URL. */
  readonly subscriptions: Map<string, Subscription> = new Map();
  /** The number of responses sent. */
  sentMessages = 0;
  private readonly host: StreamHost;
  private readonly context: Context;
  private identity: Client | undefined;
  private nodeMessage: Node | undefined;
  private inOrder: Subscription[] = [];
  private waiting: { resolve(result: IteratorResult<EncodedMessage>): void; reject(error: unknown): void } | undefined;
  private failure: unknown;
  private isOver = false;
  private heldSince: number | undefined;
  private holdTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: StreamHost, variant: Variant, context: Context) {
    this.host = host;
    this.variant = variant;
    this.context = context;
    this.peer = context.peer;
    context.draining.addEventListener("abort", () => this.close());
  }

  /** The client at the other end, known from its first request. */
  get client(): Client | undefined {
    return this.identity;
  }

  /** The node as the client describes it, known from its first request. */
  get node(): Node | undefined {
    return this.nodeMessage;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Handles requests until the client ends the stream. */
  async read<R>(requests: AsyncIterable<R>, handle: (stream: XdsStream, request: R) => void): Promise<void> {
    try {
      for await (const request of requests) {
        if (this.isOver) return;
        await this.inTurn(() => handle(this, request));
        this.host.onChange(this);
        this.wake();
      }
      this.close();
    } catch (e) {
      this.fail(e);
    }
  }

  /** Requests of one stream are handled in order, each in a turn that has time for it. */
  private inTurn(work: () => void): Promise<void> | undefined {
    let failure: { readonly error: unknown } | undefined;
    let isDone = false;
    let settle: (() => void) | undefined;
    this.host.turns.run(() => {
      try {
        if (!this.isOver) work();
      } catch (error) {
        failure = { error };
      }
      isDone = true;
      settle?.();
    });
    const end = (): void => {
      if (failure !== undefined) throw failure.error;
    };
    if (isDone) return void end();
    return new Promise<void>((resolve) => (settle = resolve)).then(end);
  }

  /** The next response. Waits until there is one. */
  async next(): Promise<IteratorResult<EncodedMessage>> {
    if (this.failure !== undefined) throw this.failure;
    if (this.isOver) return end;
    const { isUsedUp } = this.host.turns;
    const message = isUsedUp ? undefined : this.take();
    if (message !== undefined) return { done: false, value: message };
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (isUsedUp) this.wake();
    });
  }

  /** Ends the stream, when its reader has stopped. */
  async return(): Promise<IteratorResult<EncodedMessage>> {
    this.close();
    return end;
  }

  /** Called when something may have changed. */
  wake(): void {
    const { waiting } = this;
    if (waiting === undefined || this.isWoken) return;
    this.isWoken = true; // all changes of one turn go into one message
    queueMicrotask(() =>
      this.host.turns.run(() => {
        this.isWoken = false;
        this.answer();
      }),
    );
  }

  private isWoken = false;

  private answer(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    let message: EncodedMessage | undefined;
    try {
      message = this.take();
    } catch (e) {
      this.fail(e);
      return;
    }
    if (message === undefined) return;
    this.waiting = undefined;
    waiting.resolve({ done: false, value: message });
  }

  /** Identifies the client by its first request. Later requests may omit the node. */
  introduce(node: Node | undefined): void {
    if (this.identity !== undefined) return;
    if (node === undefined) throw new StatusError(Code.InvalidArgument, "the first request of a stream has no node");
    const client = clientOf(node);
    this.host.authorize(client, this.context);
    this.identity = client;
    this.nodeMessage = node;
  }

  /** The subscription to a type. Undefined if the type is not served. */
  subscribe(typeUrl: string): Subscription | undefined {
    const table = this.host.cache.table(this.identity!, typeUrl);
    if (table === undefined) return undefined;
    if (this.subscriptions.size >= this.host.maxTypes) {
      throw new StatusError(Code.ResourceExhausted, `more than ${this.host.maxTypes} types on one stream`);
    }
    const subscription = new Subscription(table, this.variant, () => this.wake());
    this.subscriptions.set(typeUrl, subscription);
    this.host.onSubscribe(table);
    this.inOrder = [...this.subscriptions.values()].sort((a, b) => a.table.type.order - b.table.type.order);
    return subscription;
  }

  /** Throws if there are more names than one stream may have. */
  checkNames(names: ReadonlySet<string>): void {
    const { maxNames } = this.host;
    if (names.size > maxNames) {
      throw new StatusError(Code.ResourceExhausted, `${names.size} names on one stream, the limit is ${maxNames}`);
    }
  }

  /** The client has answered the message with this nonce. */
  answered(subscription: Subscription, nonce: string, error: string | undefined): void {
    if (error === undefined) subscription.acknowledge(nonce);
    else {
      const refused = subscription.refuse(nonce, error);
      if (refused.length > 0) this.host.onNack(this, refused);
    }
  }

  /** Ends the stream. The client connects again. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.holdTimer);
    for (const subscription of this.subscriptions.values()) subscription.close();
    this.host.onClose(this);
    this.waiting?.resolve(end);
    this.waiting = undefined;
  }

  private fail(error: unknown): void {
    const { waiting } = this;
    this.waiting = undefined;
    this.failure = error;
    this.close();
    waiting?.reject(error);
  }

  private take(): EncodedMessage | undefined {
    for (const subscription of this.inOrder) {
      if (!subscription.isDue || this.isHeld(subscription)) continue;
      const changed = subscription.changes;
      const part = subscription.next();
      if (part === undefined) continue;
      this.heldSince = undefined;
      if (subscription.table.type === resourceTypes.cluster) this.sendEndpointsAgain(subscription, changed);
      this.sentMessages++;
      return part.frame;
    }
    return undefined;
  }

  /** A cluster that is sent again warms again and needs its endpoints again, even if they have not changed. */
  private sendEndpointsAgain({ table }: Subscription, names: readonly string[]): void {
    const endpoints = this.subscriptions.get(resourceTypes.endpoint.typeUrl);
    if (endpoints === undefined || endpoints.sentSeq === 0) return;
    const again = names.flatMap((name) => table.get(name)?.references ?? []);
    endpoints.force(again.filter((name) => endpoints.list.has(name) && endpoints.table.get(name) !== undefined));
  }

  /**
   * A route waits, for a bounded time, until its client has accepted the clusters that it leads to and their endpoints.
   * Nothing else waits. Clients that request clusters by name learn the names from the route, so theirs does not wait.
   */
  private isHeld(subscription: Subscription): boolean {
    const { type } = subscription.table;
    if (type !== resourceTypes.route && type !== resourceTypes.listener) return false;
    const clusters = this.subscriptions.get(resourceTypes.cluster.typeUrl);
    if (clusters === undefined || !clusters.list.isWildcard) return false;
    const names = subscription.changes.flatMap((name) => subscription.table.get(name)?.references ?? []);
    if (names.every((name) => this.isThere(clusters, name))) {
      this.heldSince = undefined;
      return false;
    }
    return !this.hasWaitedEnough();
  }

  private isThere(clusters: Subscription, name: string): boolean {
    const entry = clusters.table.entry(name);
    if (entry?.served === undefined) return true; // waiting would not bring it
    if (clusters.ackedSeq < entry.createdAt) return false;
    const endpoints = this.subscriptions.get(resourceTypes.endpoint.typeUrl);
    if (endpoints === undefined) return entry.served.references.length === 0; // it is about to request them
    return entry.served.references.every((each) => endpoints.table.get(each) === undefined || endpoints.has(each));
  }

  private hasWaitedEnough(): boolean {
    const now = Date.now();
    this.heldSince ??= now;
    const left = this.heldSince + this.host.maxHold - now;
    if (left <= 0) return true;
    clearTimeout(this.holdTimer);
    this.holdTimer = setTimeout(() => this.wake(), left + 1).unref();
    return false;
  }
}
