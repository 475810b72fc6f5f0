import type { Cache, Client } from "./cache.js";
import type { Resource } from "./resource.js";
import { type KnownType, type ResourceType, resourceType, resourceTypes } from "./resource-types.js";
import { type Change, Table } from "./table.js";

/** All resources for one kind of client, of any type. */
export type Snapshot = Iterable<Resource>;

/** Options of a SnapshotCache. */
export interface SnapshotCacheOptions {
  /** Clients with the same key share a snapshot. Default: the client's group. */
  readonly keyOf?: ((client: Client) => string) | undefined;
  /** Milliseconds after which clusters that no route leads to are removed even if clients have not answered. Default 5 s. */
  readonly staleAfter?: number | undefined;
}

/**
 * A snapshot for each kind of client. A client that connects before its snapshot is set waits for it.
 *
 * @example
 * const cache = new SnapshotCache();
 * cache.set("edge", [new Resource("orders", cluster), new Resource("orders", endpoints)]);
 */
export class SnapshotCache implements Cache {
  private readonly keyOf: (client: Client) => string;
  private readonly staleAfter: number;
  private readonly views = new Map<string, View>();

  constructor({ keyOf = ({ group }) => group, staleAfter = 5000 }: SnapshotCacheOptions = {}) {
    this.keyOf = keyOf;
    this.staleAfter = staleAfter;
  }

  table(client: Client, typeUrl: string): Table {
    return this.view(this.keyOf(client)).table(resourceType(typeUrl));
  }

  /** Sets the snapshot of the clients with this key. */
  set(key: string, snapshot: Snapshot): void {
    this.view(key).set(snapshot);
  }

  /** Changes some resources of one type at a cost independent of all others. Meant for endpoints. */
  update(key: string, typeUrl: string, changes: Iterable<Change>): void {
    this.view(key).table(resourceType(typeUrl)).apply(changes);
  }

  /** The tables of the clients with this key. Made empty when it is first asked for. */
  view(key: string): View {
    let view = this.views.get(key);
    if (view === undefined) {
      view = new View(this.staleAfter);
      this.views.set(key, view);
    }
    return view;
  }

  /** The keys of all snapshots that were set or asked for. */
  /** The view of the clients with this key, if there is one. */
  find(key: string): View | undefined {
    return this.views.get(key);
  }

  /** The keys of all snapshots that were set or asked for. */
  get keys(): string[] {
    return [...this.views.keys()];
  }

  /** Stops its timers. */
  close(): void {
    for (const view of this.views.values()) view.close();
  }
}

const sources: readonly ResourceType[] = [resourceTypes.listener, resourceTypes.route];

/**
 * The tables of one kind of client. Clusters and endpoints are removed only after the clients have accepted listeners and
 * routes that do not refer to them (xDS protocol, "Eventual consistency").
 */
export class View {
  private readonly tables = new Map<string, Table>();
  private readonly staleAfter: number;
  private readonly stale = new Map<Table, Set<string>>();
  private isReady = false;
  private deadline: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(staleAfter: number) {
    this.staleAfter = staleAfter;
  }

  table(type: ResourceType): Table {
    let table = this.tables.get(type.typeUrl);
    if (table === undefined) {
      table = new Table(type);
      table.isReady = this.isReady && type === resourceTypes[type.name as KnownType]; // other types: once they have a resource
      this.tables.set(type.typeUrl, table);
    }
    return table;
  }

  set(snapshot: Snapshot): void {
    const byType = new Map<string, Map<string, Resource>>();
    for (const type of Object.values(resourceTypes)) byType.set(type.typeUrl, new Map());
    for (const resource of snapshot) {
      if (!byType.has(resource.typeUrl)) byType.set(resource.typeUrl, new Map());
      byType.get(resource.typeUrl)!.set(resource.name, resource);
    }
    for (const typeUrl of this.tables.keys()) if (!byType.has(typeUrl)) byType.set(typeUrl, new Map());
    this.isReady = true;
    for (const [typeUrl, wanted] of byType) this.change(this.table(resourceType(typeUrl)), wanted);
    this.sweep();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private change(table: Table, wanted: ReadonlyMap<string, Resource>): void {
    const isTarget = table.type === resourceTypes.cluster || table.type === resourceTypes.endpoint;
    const stale = this.stale.get(table) ?? new Set<string>();
    for (const name of wanted.keys()) stale.delete(name);
    const gone = [...table.names].filter((name) => !wanted.has(name) && !stale.has(name));
    table.apply(isTarget ? wanted : [...wanted, ...gone.map((name): Change => [name, undefined])]);
    if (isTarget) this.stale.set(table, new Set([...stale, ...gone]));
  }

  /** Removes stale resources as soon as no client can still use them, or after `staleAfter`. */
  private sweep(): void {
    clearTimeout(this.timer);
    if ([...this.stale.values()].every(({ size }) => size === 0)) return;
    this.deadline ??= Date.now() + this.staleAfter;
    const isWaiting = sources.some((type) => this.table(type).subscribers.some(({ isBehind }) => isBehind));
    if (isWaiting && Date.now() < this.deadline) this.timer = setTimeout(() => this.sweep(), LOOK_MS).unref();
    else this.remove();
  }

  private remove(): void {
    const inOrder = [...this.stale].sort(([a], [b]) => a.type.order - b.type.order);
    this.stale.clear();
    this.deadline = undefined;
    for (const [table, names] of inOrder) table.apply([...names].map((name): Change => [name, undefined]));
  }
}

const LOOK_MS = 20;
