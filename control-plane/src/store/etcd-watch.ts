import { Code, createClient, isStatusError, StatusError, type Transport } from "@protoloom/rpc";
import { Watch } from "../gen/etcdserverpb/rpc_grpc.js";
import { type Event, Event_EventType, type KeyValue, type WatchRequestInit } from "../gen/etcdserverpb/rpc_pb.js";
import { pause } from "../registry/pause.js";
import type { StoreChange, StoreWatcher } from "./store.js";
import { Watchers } from "./watchers.js";

const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 2000;
const READY_MS = 20_000;
const LOOK_MS = 50;
/** A wrong password is an invalid argument to etcd. */
const REFUSALS: readonly Code[] = [Code.InvalidArgument, Code.PermissionDenied];
/** How long a write waits for its own echo. The watch may just be connecting again. */
const ECHO_MS = 2000;

/** A member that is cut off from the others ends the watch, and does not fall silent (etcd, `rpctypes.MetadataRequireLeaderKey`). */
const NEEDS_LEADER = { hasleader: "true" };

export interface EtcdWatchOptions {
  readonly transport: Transport;
  /** The first key to follow, and the first one that is not followed. */
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
  nameOf(kv: KeyValue): string;
  /** Etcd has refused the watch: the token is no longer valid, or the user may not read the keys. */
  onRefused(): void;
}

/**
 * Follows all keys of a prefix, from the first watcher on. After a lost connection it goes on where it was; if etcd has
 * compacted that revision, changes may be lost, and watchers are told to read everything again.
 */
export class EtcdWatch {
  private readonly options: EtcdWatchOptions;
  private readonly watchers = new Watchers();
  private readonly controller = new AbortController();
  private readonly echoes: { readonly revision: bigint; resolve(): void }[] = [];
  private begun: Promise<void> | undefined;
  /** The first revision that was not seen. 0 before the first watch, and after a compaction. */
  private next = 0n;
  private hasBegun = false;
  private failure: unknown;

  constructor(options: EtcdWatchOptions) {
    this.options = options;
  }

  add(prefix: string, watcher: StoreWatcher): () => void {
    const remove = this.watchers.add(prefix, watcher);
    this.begun ??= new Promise((resolve) => void this.run(resolve));
    return remove;
  }

  /** Resolves once changes are reported, if anybody watches: what is read or written from then on is not missed. */
  async ready(): Promise<void> {
    if (this.begun === undefined || this.hasBegun) return;
    const end = Date.now() + READY_MS;
    while (!this.hasBegun && Date.now() < end && !this.isRefused && !this.controller.signal.aborted)
      await Promise.race([this.begun, pause(LOOK_MS, this.controller.signal)]);
    if (this.hasBegun) return;
    if (this.isRefused) throw this.failure;
    const reason = isStatusError(this.failure) ? `: ${this.failure.text}` : "";
    throw new StatusError(Code.Unavailable, `etcd does not answer${reason}`);
  }

  /** Whether etcd answers, but not to this user. */
  private get isRefused(): boolean {
    return isStatusError(this.failure) && REFUSALS.includes(this.failure.code);
  }

  /** Resolves once the changes of this revision were reported, or after a while. */
  reached(revision: bigint): Promise<void> {
    if (this.watchers.isEmpty || this.next > revision || this.controller.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ECHO_MS).unref();
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.echoes.push({ revision, resolve: done });
    });
  }

  close(): void {
    this.controller.abort();
    for (const { resolve } of this.echoes.splice(0)) resolve();
  }

  private async run(onBegun: () => void): Promise<void> {
    const { signal } = this.controller;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const isLost = await this.follow(() => {
        wait = FIRST_WAIT_MS;
        onBegun();
      }).catch((e) => {
        this.failure = e;
        return false; // it goes on where it was
      });
      if (isLost) this.next = 0n;
      await pause(wait, signal);
      wait = Math.min(2 * wait, LAST_WAIT_MS);
    }
    onBegun();
  }

  /** Reports changes until the stream ends. Returns whether the revision to go on from is no longer there. */
  private async follow(onCreated: () => void): Promise<boolean> {
    const { signal } = this.controller;
    const isAnew = this.next === 0n && this.hasBegun;
    const client = createClient(Watch, this.options.transport);
    for await (const response of client.watch(this.requests(), { signal, metadata: NEEDS_LEADER })) {
      const revision = response.header?.revision ?? 0n;
      if (response.canceled && response.compactRevision > 0n) return true;
      if (response.canceled) throw this.refused(response.cancelReason);
      if (response.created) {
        if (this.next === 0n) this.next = revision + 1n;
        this.hasBegun = true;
        onCreated();
        if (isAnew) this.watchers.reset();
        continue;
      }
      for (const changes of this.byRevision(response.events)) this.watchers.tell(changes);
      if (revision >= this.next) this.next = revision + 1n;
      this.resolveEchoes();
    }
    return false;
  }

  private refused(reason: string): StatusError {
    this.options.onRefused();
    const code = reason.includes("permission denied") ? Code.PermissionDenied : Code.Unavailable;
    return new StatusError(code, `etcd refuses the watch: ${reason}`);
  }

  /** One watch, and then nothing: the stream stays open until the signal fires. */
  private async *requests(): AsyncGenerator<WatchRequestInit, void, undefined> {
    const { key, rangeEnd } = this.options;
    const startRevision = this.next;
    yield { requestUnion: { case: "createRequest", value: { key, rangeEnd, startRevision, progressNotify: true } } };
    const { signal } = this.controller;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** All changes of one write have one revision. */
  private byRevision(events: readonly Event[]): StoreChange[][] {
    const groups = new Map<bigint, StoreChange[]>();
    for (const { type, kv } of events) {
      if (kv === undefined) continue;
      const group = groups.get(kv.modRevision) ?? [];
      group.push({ key: this.options.nameOf(kv), value: type === Event_EventType.DELETE ? undefined : kv.value });
      groups.set(kv.modRevision, group);
    }
    return [...groups.values()];
  }

  private resolveEchoes(): void {
    const { echoes } = this;
    for (let i = echoes.length - 1; i >= 0; i--) {
      if (echoes[i]!.revision < this.next) echoes.splice(i, 1)[0]!.resolve();
    }
  }
}
