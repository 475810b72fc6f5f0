import type { Node } from "@protoloom/envoy/gen/envoy/config/core/v3/base_pb";
import { Code, type Context, type EncodedMessage, StatusError } from "@protoloom/rpc";
import type { Cache, Client } from "../cache/cache.js";
import { resourceTypes } from "../cache/resource-types.js";
import type { Variant } from "../cache/response.js";
import type { Table } from "../cache/table.js";
import { clientOf } from "./client.js";
import type { NameRun, NameRuns } from "./name-runs.js";
import { type Refused, Subscription } from "./subscription.js";
import type { Turns } from "./turns.js";

/** The part of the server that a stream uses. */
export interface StreamHost {
  readonly cache: Cache;
  readonly turns: Turns;
  readonly names: NameRuns;
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
  /** Since when the resources of a type wait. */
  private readonly heldSince = new Map<Subscription, number>();
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

  /**
   * Handles requests until the client ends the stream, in order, each in a turn that has time for it. Nothing refers to a
   * request that was handled: a loop of `for await`, once V8 has compiled it, keeps an earlier one for as long as it waits.
   */
  read(requests: AsyncIterable<Uint8Array>, handle: (stream: XdsStream, request: Uint8Array) => void): void {
    const iterator = requests[Symbol.asyncIterator]();
    const onError = (error: unknown): void => this.fail(error);
    const onResult = ({ done, value }: IteratorResult<Uint8Array>): void => {
      if (done) this.close();
      else this.host.turns.run(() => this.handle(value, handle) && ask());
    };
    const ask = (): void => void iterator.next().then(onResult, onError);
    ask();
  }

  /** Returns whether the stream goes on. */
  private handle(request: Uint8Array, handle: (stream: XdsStream, request: Uint8Array) => void): boolean {
    if (this.isOver) return false;
    try {
      handle(this, request);
    } catch (e) {
      this.fail(e);
      return false;
    }
    this.host.onChange(this);
    this.wake();
    return true;
  }

  /** The next response. Waits until there is one. */
  next(): Promise<IteratorResult<EncodedMessage>> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure);
      else if (this.isOver) resolve(end);
      else {
        this.waiting = { resolve, reject };
        this.wake();
      }
    });
  }

  /** Ends the stream, when its reader has stopped. */
  async return(): Promise<IteratorResult<EncodedMessage>> {
    this.close();
    return end;
  }

  /** Called when something may have changed. */
  wake(): void {
    if (this.waiting === undefined || this.isWoken || !this.isDue) return;
    this.isWoken = true; // all changes of one turn go into one message
    queueMicrotask(() =>
      this.host.turns.run(() => {
        this.isWoken = false;
        this.answer();
      }),
    );
  }

  private isWoken = false;

  private get isDue(): boolean {
    return this.inOrder.some((subscription) => subscription.isDue);
  }

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

  /** The names in a request. Throws if there are more than one stream may have. */
  namesOf(encoded: Uint8Array): NameRun {
    const run = this.host.names.read(encoded);
    this.checkNames(run.names);
    return run;
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
      if (!subscription.isDue) continue;
      subscription.settle();
      if (this.isHeld(subscription)) continue;
      const changed = subscription.changes;
      const part = subscription.next();
      if (part === undefined) continue;
      this.heldSince.delete(subscription);
      if (subscription.table.type === resourceTypes.cluster) this.sendEndpointsAgain(subscription, changed);
      this.sentMessages++;
      this.host.turns.spend(part.frame.frame.length);
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
    return !names.every((name) => this.isThere(clusters, name)) && !this.hasWaitedEnough(subscription);
  }

  private isThere(clusters: Subscription, name: string): boolean {
    const entry = clusters.table.entry(name);
    if (entry?.served === undefined) return true; // waiting would not bring it
    if (clusters.ackedSeq < entry.createdAt) return false;
    const endpoints = this.subscriptions.get(resourceTypes.endpoint.typeUrl);
    if (endpoints === undefined) return entry.served.references.length === 0; // it is about to request them
    return entry.served.references.every((each) => endpoints.table.get(each) === undefined || endpoints.has(each));
  }

  private hasWaitedEnough(subscription: Subscription): boolean {
    const now = Date.now();
    const since = this.heldSince.get(subscription) ?? now;
    this.heldSince.set(subscription, since);
    const left = since + this.host.maxHold - now;
    if (left <= 0) return true;
    clearTimeout(this.holdTimer);
    this.holdTimer = setTimeout(() => this.wake(), left + 1).unref();
    return false;
  }
}
