import { ChangeLog } from "./change-log.js";
import { keyOf, NameList, type Subscriber } from "./name-list.js";
import type { Resource } from "./resource.js";
import type { ResourceType } from "./resource-types.js";
import { encodeResponse, type Response, type Variant } from "./response.js";

/** A resource that clients of this kind have refused. It is not sent to clients that have not accepted it. */
export interface Refusal {
  /** The refused resource. */
  readonly resource: Resource;
  /** The states between which it was served: from the first up to the second. */
  readonly from: number;
  /** The first state in which it was no longer served. */
  readonly until: number;
  /** The subscribers that have refused it. */
  readonly by: Set<Subscriber>;
}

/** A name and the resource that clients get for it. */
export interface Entry {
  /** The resource that was set. */
  wanted: Resource;
  /** The resource that clients get: `wanted`, or `accepted` if they refused it. Undefined if there is neither. */
  served: Resource | undefined;
  /** The resource that a client accepted last. */
  accepted: Resource | undefined;
  /** The resource that clients had accepted before `accepted`. */
  previous: Resource | undefined;
  /** The resource served before, if no client had accepted it by then: an ACK may be on its way. */
  superseded: { readonly resource: Resource; readonly from: number } | undefined;
  /** The refusal of `wanted`, if clients have refused it. */
  refusal: Refusal | undefined;
  /** The states in which the name appeared and in which `served` last changed. */
  createdAt: number;
  /** The state in which `served` last changed. */
  changedAt: number;
}

/** A name with its new resource, or with undefined to remove it. */
export type Change = readonly [name: string, resource: Resource | undefined];

/**
 * The resources of one type for one kind of client: which are set, which are served, when each changed, and whom to notify.
 * Each change makes a new numbered state. A client is sent the changes since the state that it has seen, so that number is
 * all that is kept per client.
 */
export class Table {
  /** The type of its resources. */
  readonly type: ResourceType;
  /** The number of the current state. 0 is before the first. */
  seq = 1;
  /** Whether to serve at all: false until the table has been filled for the first time. */
  isReady = false;
  private readonly entries = new Map<string, Entry>();
  private readonly log = new ChangeLog();
  private readonly lists = new Map<string, NameList>();
  private readonly listsByName = new Map<string, Set<NameList>>();
  private readonly wildcards = new Set<NameList>();
  /** Entries that no client has accepted yet. */
  private readonly pending = new Set<Entry>();
  private readonly withTtl = new Set<Entry>();
  private readonly ttlListeners = new Set<() => void>();
  private readonly digest = new Digest();

  constructor(type: ResourceType) {
    this.type = type;
  }

  /** A hash of everything served: equal for equal content, wherever and whenever it was set. */
  get version(): string {
    return this.digest.text;
  }

  /** The number of names, including those whose resource is refused. */
  get size(): number {
    return this.entries.size;
  }

  /** All entries, in the order in which their names appeared. */
  get all(): IterableIterator<Entry> {
    return this.entries.values();
  }

  /** The names of all entries. */
  get names(): IterableIterator<string> {
    return this.entries.keys();
  }

  /** The shortest TTL of everything served, in milliseconds. Infinity if nothing has one. */
  get shortestTtl(): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (const { served } of this.withTtl) shortest = Math.min(shortest, served?.ttl ?? shortest);
    return shortest;
  }

  /** Calls `listener` when a resource with a TTL is set. Returns a function that removes it. */
  onTtl(listener: () => void): () => void {
    this.ttlListeners.add(listener);
    return () => void this.ttlListeners.delete(listener);
  }

  /** The resource that clients get for this name. */
  get(name: string): Resource | undefined {
    return this.entries.get(name)?.served;
  }

  /** The entry of a name, for display. */
  entry(name: string): Entry | undefined {
    return this.entries.get(name);
  }

  /** Sets these resources, removes all others, and serves from now on. */
  replace(resources: Iterable<Resource>): void {
    const wanted = new Map(Array.from(resources, (resource) => [resource.name, resource]));
    const gone = [...this.entries.keys()].filter((name) => !wanted.has(name));
    this.apply([...wanted, ...gone.map((name): Change => [name, undefined])]);
  }

  /** Sets and removes resources as one change, and serves from now on. Unchanged resources are not sent again. */
  apply(changes: Iterable<Change>): void {
    const seq = this.seq + 1;
    const changed: string[] = [];
    for (const [name, resource] of changes) {
      if (this.set(name, resource, seq)) changed.push(name);
    }
    const isFirst = !this.isReady;
    this.isReady = true;
    if (changed.length > 0) this.publish(changed, seq);
    if (isFirst) for (const list of this.lists.values()) wake(list);
  }

  /** The list of these names. It notifies the subscriber of changes until the subscriber leaves. */
  subscribe(subscriber: Subscriber, names: ReadonlySet<string>, isWildcard: boolean): NameList {
    const key = keyOf(names, isWildcard);
    let list = this.lists.get(key);
    if (list === undefined) {
      list = new NameList(key, names, isWildcard);
      this.lists.set(key, list);
      if (isWildcard) this.wildcards.add(list);
      else for (const name of names) this.listsOf(name).add(list);
    }
    list.subscribers.add(subscriber);
    return list;
  }

  /** Stops notifying the subscriber of changes on the list. */
  unsubscribe(subscriber: Subscriber, list: NameList): void {
    list.subscribers.delete(subscriber);
    if (list.subscribers.size > 0) return;
    this.lists.delete(list.key);
    this.wildcards.delete(list);
    for (const name of list.names) {
      const lists = this.listsByName.get(name);
      lists?.delete(list);
      if (lists?.size === 0) this.listsByName.delete(name);
    }
  }

  /** All subscribers, once for each list. */
  get subscribers(): Subscriber[] {
    return [...this.lists.values()].flatMap(({ subscribers }) => [...subscribers]);
  }

  /** The names on the list that have changed since that state. All of them for state 0. */
  changedSince(seq: number, list: NameList): string[] {
    if (seq > 0) return this.log.since(seq).filter((name) => list.has(name));
    return list.isWildcard ? [...new Set([...this.entries.keys(), ...list.names])] : [...list.names];
  }

  /** Whether `changedSince` would return any name, without collecting them. */
  hasChangedSince(seq: number, list: NameList): boolean {
    return seq < this.seq && this.log.since(seq).some((name) => list.has(name));
  }

  /** The response for these names from one state to the current one. Made once for all streams that need it. */
  response(variant: Variant, list: NameList, from: number, names: readonly string[], key: string): Response {
    if (list.responsesAt !== this.seq) {
      list.responses.clear();
      list.responsesAt = this.seq;
    }
    const cached = `${variant} ${from} ${key}`;
    let response = list.responses.get(cached);
    if (response === undefined) {
      response = encodeResponse({ state: this, variant, ...this.content(names) });
      list.responses.set(cached, response);
    }
    return response;
  }

  /** The content of a response for these names: the resources served, and the names without one. */
  content(names: readonly string[]): { resources: Resource[]; removed: string[] } {
    const resources = names.flatMap((name) => this.get(name) ?? []);
    return { resources, removed: names.filter((name) => this.get(name) === undefined) };
  }

  /** A client has accepted the resources sent at this state. */
  accept(by: Subscriber, list: NameList, seq: number): void {
    for (const entry of this.pendingOn(list)) {
      if (entry.refusal?.by.has(by)) continue; // it accepts the replacement
      if (entry.refusal !== undefined && seq >= entry.refusal.from && seq < entry.refusal.until)
        this.rehabilitate(entry);
      else if (seq >= entry.changedAt) this.accepted(entry);
      else if (entry.superseded !== undefined && seq >= entry.superseded.from) acceptedLate(entry);
    }
  }

  /**
   * A client has refused the resource sent for this name at this state. Returns "odd" if other clients have accepted it, so
   * that only this client keeps the previous one; "withdrawn" if it is no longer served; "outdated" if it was replaced.
   */
  refuse(name: string, seq: number, by: Subscriber): "odd" | "withdrawn" | "outdated" {
    const entry = this.entries.get(name);
    if (entry === undefined) return "outdated";
    const { refusal } = entry;
    if (refusal !== undefined && seq >= refusal.from && seq < refusal.until) {
      refusal.by.add(by);
      return "withdrawn";
    }
    if (seq < entry.changedAt || entry.served === undefined) return "outdated";
    if (entry.accepted?.version === entry.served.version) return "odd";
    this.withdraw(entry, by);
    return "withdrawn";
  }

  /** The entries whose resource is not served because clients have refused it. */
  get refused(): readonly Entry[] {
    return [...this.pending].filter(({ refusal }) => refusal !== undefined);
  }

  private set(name: string, resource: Resource | undefined, seq: number): boolean {
    const entry = this.entries.get(name);
    if (resource === undefined) {
      if (entry === undefined) return false;
      this.entries.delete(name);
      this.pending.delete(entry);
      this.withTtl.delete(entry);
      return this.digest.change(entry.served, undefined);
    }
    if (entry === undefined) {
      const none = { accepted: undefined, previous: undefined, superseded: undefined, refusal: undefined };
      const fresh = { ...none, createdAt: seq, changedAt: seq };
      this.entries.set(name, { wanted: resource, served: undefined, ...fresh });
      return this.serve(this.entries.get(name)!, resource, seq);
    }
    if (entry.wanted.version === resource.version) {
      if (!resource.isFromLinesOf(entry.wanted)) retrace(entry, resource);
      return false;
    }
    entry.wanted = resource;
    entry.refusal = undefined;
    return this.serve(entry, resource, seq);
  }

  private serve(entry: Entry, resource: Resource | undefined, seq: number): boolean {
    if (!this.digest.change(entry.served, resource)) return false;
    const { served } = entry;
    const isOpen = served !== undefined && served.version !== entry.accepted?.version && entry.refusal === undefined;
    entry.superseded = isOpen ? { resource: served, from: entry.changedAt } : undefined;
    entry.served = resource;
    entry.changedAt = seq;
    if (resource?.ttl !== undefined) this.keepAlive(entry);
    this.pending.add(entry);
    return true;
  }

  private keepAlive(entry: Entry): void {
    const isFirst = this.withTtl.size === 0;
    this.withTtl.add(entry);
    if (isFirst) for (const listener of this.ttlListeners) listener();
  }

  private publish(names: readonly string[], seq: number): void {
    this.seq = seq;
    this.log.add(names, seq);
    const lists = new Set(this.wildcards);
    for (const name of names) for (const list of this.listsByName.get(name) ?? []) lists.add(list);
    for (const list of lists) wake(list);
  }

  private pendingOn(list: NameList): Entry[] {
    if (this.pending.size === 0) return [];
    if (list.isWildcard || list.names.size > this.pending.size) {
      return [...this.pending].filter(({ wanted }) => list.has(wanted.name));
    }
    const entries = Array.from(list.names, (name) => this.entries.get(name));
    return entries.filter((entry): entry is Entry => entry !== undefined && this.pending.has(entry));
  }

  private accepted(entry: Entry): void {
    if (entry.refusal !== undefined) return; // the replacement was accepted before
    if (entry.accepted !== undefined) entry.previous = entry.accepted;
    entry.accepted = entry.served;
    this.pending.delete(entry);
  }

  private withdraw(entry: Entry, by: Subscriber): void {
    const seq = this.seq + 1;
    entry.refusal = { resource: entry.served!, from: entry.changedAt, until: seq, by: new Set([by]) };
    this.serve(entry, entry.accepted, seq);
    this.publish([entry.wanted.name], seq);
  }

  /** Another client accepts a refused resource: it is served again, and only the clients that refused it keep the previous one. */
  private rehabilitate(entry: Entry): void {
    const { resource } = entry.refusal!;
    entry.refusal = undefined;
    entry.previous = entry.accepted;
    entry.accepted = resource;
    const seq = this.seq + 1;
    this.serve(entry, resource, seq);
    this.pending.delete(entry);
    this.publish([entry.wanted.name], seq);
  }

  private listsOf(name: string): Set<NameList> {
    let lists = this.listsByName.get(name);
    if (lists === undefined) {
      lists = new Set();
      this.listsByName.set(name, lists);
    }
    return lists;
  }
}

/** The same content now comes from another line. */
function retrace(entry: Entry, resource: Resource): void {
  if (entry.served === entry.wanted) entry.served = resource;
  if (entry.refusal !== undefined) entry.refusal = { ...entry.refusal, resource };
  entry.wanted = resource;
}

function acceptedLate(entry: Entry): void {
  entry.previous = entry.accepted;
  entry.accepted = entry.superseded!.resource;
  entry.superseded = undefined;
}

function wake(list: NameList): void {
  for (const subscriber of list.subscribers) subscriber.wake();
}

/** The sum of the hashes of all resources. Its cost depends on the change alone, and order has no effect. */
class Digest {
  private sum = 0n;

  get text(): string {
    return this.sum.toString(16).padStart(16, "0");
  }

  /** Returns whether anything has changed. */
  change(before: Resource | undefined, after: Resource | undefined): boolean {
    if (before?.version === after?.version) return false;
    this.sum = BigInt.asUintN(64, this.sum - (before?.digest ?? 0n) + (after?.digest ?? 0n));
    return true;
  }
}
