import { Code, createClient, StatusError, type Transport } from "@protoloom/rpc";
import { Watch } from "../gen/etcdserverpb/rpc_grpc.js";
import { type Event, Event_EventType, type KeyValue, type WatchRequestInit } from "../gen/etcdserverpb/rpc_pb.js";
import { pause } from "../registry/pause.js";
import type { StoreChange, StoreWatcher } from "./store.js";
import { Watchers } from "./watchers.js";

const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 2000;
const READY_MS = 20_000;
/** How long a write waits for its own echo. The watch may just be connecting again. */
const ECHO_MS = 2000;

/**
 * Follows all keys of a prefix, from the first watcher on. After a lost connection it goes on where it was; if etcd has
 * compacted that revision, changes may be lost, and watchers are told to read everything again.
 */
export class EtcdWatch {
  private readonly transport: Transport;
  private readonly key: Uint8Array;
  private readonly rangeEnd: Uint8Array;
  private readonly nameOf: (kv: KeyValue) => string;
  private readonly watchers = new Watchers();
  private readonly controller = new AbortController();
  private readonly echoes: { readonly revision: bigint; resolve(): void }[] = [];
  private begun: Promise<void> | undefined;
  /** The first revision that was not seen. 0 before the first watch, and after a compaction. */
  private next = 0n;
  private hasBegun = false;

  constructor(transport: Transport, key: Uint8Array, rangeEnd: Uint8Array, nameOf: (kv: KeyValue) => string) {
    this.transport = transport;
    this.key = key;
    this.rangeEnd = rangeEnd;
    this.nameOf = nameOf;
  }

  add(prefix: string, watcher: StoreWatcher): () => void {
    const remove = this.watchers.add(prefix, watcher);
    this.begun ??= new Promise((resolve) => void this.run(resolve));
    return remove;
  }

  /** Resolves once changes are reported, if anybody watches: what is read or written from then on is not missed. */
  async ready(): Promise<void> {
    if (this.begun === undefined || this.hasBegun) return;
    await Promise.race([this.begun, pause(READY_MS, this.controller.signal)]);
    if (!this.hasBegun) throw new StatusError(Code.Unavailable, "etcd does not answer");
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
      }).catch(() => false); // the connection was lost: it goes on where it was
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
    for await (const response of createClient(Watch, this.transport).watch(this.requests(), {
      signal,
      waitForReady: true,
    })) {
      const revision = response.header?.revision ?? 0n;
      if (response.canceled) return response.compactRevision > 0n;
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

  /** One watch, and then nothing: the stream stays open until the signal fires. */
  private async *requests(): AsyncGenerator<WatchRequestInit, void, undefined> {
    const { key, rangeEnd, next: startRevision } = this;
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
      group.push({ key: this.nameOf(kv), value: type === Event_EventType.DELETE ? undefined : kv.value });
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
