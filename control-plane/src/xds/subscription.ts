import { mentioned } from "../cache/mentioned.js";
import type { NameList, Subscriber } from "../cache/name-list.js";
import type { Resource } from "../cache/resource.js";
import { encodeResponse, type Part, type Response, type Variant } from "../cache/response.js";
import type { Entry, Table } from "../cache/table.js";
import type { NameRun } from "./name-runs.js";
import { readVersions } from "./wire-request.js";

/** A resource that this client has refused and others have accepted. This client keeps the previous one. */
interface Oddity {
  readonly version: string;
  readonly instead: Resource | undefined;
}

/** A message that was sent and is not yet answered. */
interface Sent {
  readonly no: number;
  readonly nonce: string;
  readonly seq: number;
  readonly names: readonly string[];
  readonly isLast: boolean;
}

/** A refused resource, for display and logs. */
export interface Refused {
  /** The type of the resource. */
  readonly typeUrl: string;
  /** The name of the resource. */
  readonly name: string;
  /** The refused resource. Undefined if it has been replaced since. */
  readonly resource: Resource | undefined;
  /** The client's error, for people. */
  readonly message: string;
  /** When the client refused it, in milliseconds since 1970. */
  readonly at: number;
}

/** The most unanswered messages to remember. Clients answer in order, so the next answer covers older ones. */
const MAX_SENT = 100;

/** The subscription of one stream to one type, and the state that it has reached. */
export class Subscription implements Subscriber {
  /** The resources of the type for this client. */
  readonly table: Table;
  /** State of the world, or incremental (delta). */
  readonly variant: Variant;
  /** The names that the client wants. */
  list: NameList;
  /** The last state sent, and the last state accepted. */
  sentSeq = 0;
  /** The last state that the client accepted. */
  ackedSeq = 0;
  /** The nonce of the last response. */
  lastNonce = "";
  /** The client's error for the latest response. */
  error: string | undefined;
  /** Whether a response is due even if it is empty. */
  mustAnswer = false;
  /** Whether TTLs are to be renewed with the next response. */
  heartbeat = false;
  /** State of the world: the names of the last request, to compare with those of the next. */
  asked: NameRun | undefined;
  private readonly onWake: () => void;
  private readonly forced = new Set<string>();
  /** Names added or sent again after the first response and not yet accepted, each with the first message whose ACK counts. */
  private readonly unconfirmed = new Map<string, number>();
  private readonly oddities = new Map<string, Oddity>();
  private readonly refusals = new Map<string, Refused>();
  private sent: Sent[] = [];
  private queue: Part[] = [];
  /** The encoded versions that the client has, until the table is ready. */
  private resumed: Uint8Array | undefined;
  private filledSeq = 0;
  private count = 0;
  private messages = 0;

  constructor(table: Table, variant: Variant, onWake: () => void) {
    this.table = table;
    this.variant = variant;
    this.onWake = onWake;
    this.list = table.subscribe(this, new Set(), false);
  }

  /** Whether there are changes that the client has not accepted. */
  get isBehind(): boolean {
    return this.sentSeq > 0 && this.table.hasChangedSince(this.ackedSeq, this.list);
  }

  /** Tells the stream that something may have changed. */
  wake(): void {
    this.onWake();
  }

  /** Stops notifying of changes. */
  close(): void {
    this.table.unsubscribe(this, this.list);
  }

  /** Subscribes to these names from now on. New names are sent whether or not they changed. */
  want(names: ReadonlySet<string>, isWildcard: boolean): void {
    const before = this.list;
    for (const name of [...this.forced, ...this.unconfirmed.keys()])
      if (!names.has(name) && !isWildcard) this.drop(name);
    this.list = this.table.subscribe(this, names, isWildcard);
    if (before !== this.list) this.table.unsubscribe(this, before);
    if (this.sentSeq === 0) return;
    const isWider = isWildcard && !before.isWildcard;
    const added = isWider ? this.table.changedSince(0, this.list) : [...names].filter((name) => !before.has(name));
    this.force(added);
    if (isWider) this.mustAnswer = true;
  }

  private drop(name: string): void {
    this.forced.delete(name);
    this.unconfirmed.delete(name);
  }

  /** Sends these names whether or not they changed. */
  force(names: Iterable<string>): void {
    for (const name of names) {
      this.forced.add(name);
      this.unconfirmed.set(name, this.messages + 1);
    }
  }

  /** Whether the client has accepted this name since it subscribed to it and since the resource exists. */
  has(name: string): boolean {
    const entry = this.table.entry(name);
    if (!this.list.has(name) || this.unconfirmed.has(name)) return false;
    return entry !== undefined && this.ackedSeq >= entry.createdAt;
  }

  /** The client already has these versions, which are encoded. It is sent only the differences and the removals. */
  resume(versions: Uint8Array): void {
    if (this.table.isReady) this.compare(versions);
    else this.resumed = new Uint8Array(versions);
  }

  /** Compares what a client has that came before there was anything to compare with. */
  settle(): void {
    const { resumed } = this;
    this.resumed = undefined;
    if (resumed !== undefined) this.compare(resumed);
  }

  private compare(versions: Uint8Array): void {
    const known = readVersions(versions);
    const differing = this.table
      .changedSince(0, this.list)
      .filter((name) => !known.has(name) || this.table.get(name)?.version !== known.get(name));
    const removed = [...known.keys()].filter((name) => this.list.has(name) && this.table.entry(name) === undefined);
    if (differing.length + removed.length === 0) this.skip();
    else this.sentSeq = this.table.seq; // not accepted before its answer
    this.force([...differing, ...removed]);
  }

  /** The client already has this state. It is sent only later changes. */
  skip(): void {
    this.sentSeq = this.table.seq;
    this.ackedSeq = this.table.seq;
    this.mustAnswer = false;
    this.table.accept(this, this.list, this.ackedSeq);
  }

  /** Whether there may be something to send. */
  get isDue(): boolean {
    if (!this.table.isReady) return false;
    if (
      this.resumed !== undefined ||
      this.queue.length > 0 ||
      this.mustAnswer ||
      this.heartbeat ||
      this.forced.size > 0
    )
      return true;
    return this.sentSeq === 0 ? this.list.isWildcard || this.list.names.size > 0 : this.sentSeq < this.table.seq;
  }

  /** The names whose resources the next response sets or removes. */
  get changes(): string[] {
    const changed = this.table.changedSince(this.sentSeq, this.list);
    if (this.forced.size === 0) return changed;
    return [...new Set([...changed, ...this.forced])];
  }

  /** The resources that the client was sent, and whether it has accepted the latest version of each. */
  get current(): { name: string; version: string; isAccepted: boolean }[] {
    return this.table.changedSince(0, this.list).flatMap((name) => {
      const resource = this.served(name);
      if (resource === undefined) return [];
      return { name, version: resource.version, isAccepted: this.table.entry(name)!.changedAt <= this.ackedSeq };
    });
  }

  /** The resources that the client refuses, until a newer version replaces them. */
  get refused(): Refused[] {
    for (const [name, { resource }] of this.refusals)
      if (this.table.entry(name)?.wanted.version !== resource?.version) this.refusals.delete(name);
    return [...this.refusals.values()];
  }

  /** The next message. Undefined if nothing in this subscription has changed. */
  next(): Part | undefined {
    if (this.queue.length === 0 && !this.fill()) return undefined;
    const part = this.queue.shift()!;
    this.lastNonce = part.nonce;
    if (this.sent.length >= MAX_SENT) this.sent.shift();
    this.sent.push({
      no: ++this.messages,
      nonce: part.nonce,
      seq: this.sentSeq,
      names: part.names,
      isLast: this.queue.length === 0,
    });
    return part;
  }

  /** The message with this nonce, if it was sent on this stream and not yet answered. */
  private take(nonce: string): Sent | undefined {
    const index = this.sent.findIndex((each) => each.nonce === nonce);
    if (index < 0) return undefined;
    const answered = this.sent.splice(0, index + 1);
    for (const { no, names } of this.unconfirmed.size > 0 ? answered : []) {
      for (const name of names) if (no >= (this.unconfirmed.get(name) ?? 0)) this.unconfirmed.delete(name);
    }
    return answered.at(-1);
  }

  /** The client has accepted the message with this nonce. */
  acknowledge(nonce: string): void {
    const sent = this.take(nonce);
    if (sent === undefined || !sent.isLast) return;
    this.error = undefined;
    this.ackedSeq = sent.seq;
    this.table.accept(this, this.list, sent.seq);
  }

  /** The client has refused the message with this nonce. Returns the resources that it refused. */
  refuse(nonce: string, message: string): Refused[] {
    const sent = this.take(nonce);
    if (sent === undefined) return [];
    this.error = message;
    return this.suspects(sent, message).map((name) => {
      const resource = this.table.get(name);
      const verdict = this.table.refuse(name, sent.seq, this);
      const entry = this.table.entry(name);
      if (verdict === "odd") this.setApart(name, entry!);
      const refused = {
        typeUrl: this.table.type.typeUrl,
        name,
        resource: entry?.refusal?.resource ?? resource,
        message,
        at: Date.now(),
      };
      this.refusals.set(name, refused);
      return refused;
    });
  }

  /** The resource that this client gets for a name. */
  private served(name: string): Resource | undefined {
    const resource = this.table.get(name);
    const odd = this.oddities.get(name);
    if (odd === undefined) return resource;
    if (odd.version === resource?.version) return odd.instead;
    this.oddities.delete(name); // a newer version replaces it
    return resource;
  }

  private setApart(name: string, { served, previous }: Entry): void {
    this.oddities.set(name, { version: served!.version, instead: previous });
    this.forced.add(name);
  }

  /** The names that the client mentions, or all that had changed if it mentions none. */
  private suspects({ names, seq }: Sent, message: string): string[] {
    const changed = names.filter((name) => {
      const entry = this.table.entry(name);
      return (
        entry !== undefined &&
        (entry.changedAt > this.ackedSeq || entry.refusal !== undefined) &&
        entry.createdAt <= seq
      );
    });
    const named = mentioned(message, changed);
    return named.length > 0 ? named : changed;
  }

  private fill(): boolean {
    const { table, list } = this;
    const isHeartbeat = this.heartbeat;
    const names = this.changes;
    this.heartbeat = false;
    const isNews = this.mustAnswer || this.isWorthSending(names);
    if (!isNews && !isHeartbeat) {
      this.sentSeq = table.seq;
      this.forced.clear();
      return false;
    }
    const { parts } = isNews ? this.response(names) : this.heartbeatOf(list);
    if (isNews) {
      this.sentSeq = table.seq;
      this.forced.clear();
      this.mustAnswer = false;
    }
    // a nonce must not repeat on a stream for one type, and the nonce of a shared message may have been used
    const isRepeated = this.filledSeq === table.seq;
    this.filledSeq = table.seq;
    this.queue = isRepeated ? parts.map((part) => part.renamed(`${part.nonce}-${++this.count}`)) : [...parts];
    return this.queue.length > 0;
  }

  /** State of the world can only send existing resources, except for types whose responses are complete. */
  private isWorthSending(names: readonly string[]): boolean {
    if (names.length === 0) return false;
    if (this.variant === "delta" || this.table.type.isComplete) return true;
    return names.some((name) => this.served(name) !== undefined);
  }

  private response(names: readonly string[]): Response {
    const { table, variant, list } = this;
    const isWhole = variant === "sotw" && table.type.isComplete;
    const told = isWhole ? table.changedSince(0, list) : names;
    if (this.oddities.size > 0) return encodeResponse({ state: table, variant, ...this.ownContent(told) });
    const from = isWhole ? 0 : this.sentSeq;
    return table.response(variant, list, from, told, isWhole ? "" : [...this.forced].join("\0"));
  }

  private ownContent(names: readonly string[]): { resources: Resource[]; removed: string[] } {
    const resources = names.flatMap((name) => this.served(name) ?? []);
    return { resources, removed: names.filter((name) => this.served(name) === undefined) };
  }

  private heartbeatOf(list: NameList): Response {
    const { table, variant } = this;
    const names = table.changedSince(0, list).filter((name) => this.served(name)?.ttl !== undefined);
    const { resources } = this.ownContent(names);
    return encodeResponse({ state: table, variant, resources, removed: [], isHeartbeat: true });
  }
}
