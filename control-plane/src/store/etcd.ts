import { Code, createClient, isStatusError, type Transport } from "@protoloom/rpc";
import type { TlsClient } from "@protoloom/rpc/grpc";
import { KV } from "../gen/etcdserverpb/rpc_grpc.js";
import type { KeyValue, RequestOpInit } from "../gen/etcdserverpb/rpc_pb.js";
import { EtcdLease } from "./etcd-lease.js";
import { EtcdMembers } from "./etcd-members.js";
import { EtcdUser } from "./etcd-user.js";
import { EtcdWatch } from "./etcd-watch.js";
import { MAX_CHANGES, type Store, type StoreChange, type StoreWatcher } from "./store.js";

const PAGE = 500;
const READ_MS = 20_000;
const WRITE_MS = 15_000;
const PORT = 2379;

/** How to reach an etcd that asks who one is. */
export interface EtcdOptions {
  /** For `etcds://`: the authority of etcd, and a certificate of one's own. Default: the authorities that Node trusts. */
  readonly tls?: TlsClient | undefined;
  /** The name of a user who may read and write all keys with the prefix. Default: none, or that of the certificate. */
  readonly user?: string | undefined;
  /** The password of the user. */
  readonly password?: string | undefined;
}

/**
 * Keeps everything in etcd 3, which several control planes share. Each write is one transaction, which etcd confirms once a
 * majority of its members has it on disk.
 */
export class EtcdStore implements Store {
  private readonly transport: Transport;
  private readonly kv: ReturnType<typeof createClient<import("../gen/etcdserverpb/rpc_grpc.js").KVClient>>;
  private readonly prefix: string;
  private readonly changes: EtcdWatch;
  private readonly lease: EtcdLease;

  /**
   * `etcd://etcd-1:2379,etcd-2:2379/prefix`, or `etcds://` with TLS. Default: the port 2379 and the prefix `protoloom`.
   * Throws an Error if the URL or an option is invalid.
   */
  constructor(url: string, options: EtcdOptions = {}) {
    const { addresses, prefix, tls } = parseEtcdUrl(url, options);
    const { user, password } = options;
    if ((user === undefined) !== (password === undefined)) throw new Error("a user and a password belong together");
    const members = new EtcdMembers(addresses, tls);
    const known = user === undefined ? undefined : new EtcdUser(members, user, password!);
    this.transport = known ?? members;
    this.kv = createClient(KV, this.transport, { deadline: READ_MS, waitForReady: true });
    this.prefix = prefix;
    this.changes = new EtcdWatch({
      transport: this.transport,
      key: bytesOf(prefix),
      rangeEnd: endOf(prefix),
      nameOf: (key) => this.keyOf(key),
      onRefused: () => known?.forget(),
    });
    this.lease = new EtcdLease(this.transport, (id, key, value) => this.put(id, key, value));
  }

  /** All entries at one revision, page by page. Begins again if that revision is compacted meanwhile. */
  async read(prefix: string): Promise<ReadonlyMap<string, Uint8Array>> {
    await this.changes.ready();
    for (;;) {
      try {
        return await this.readAll(this.prefix + prefix);
      } catch (e) {
        if (!isStatusError(e) || e.code !== Code.OutOfRange) throw e;
      }
    }
  }

  /** Resolves once the watchers have been told, too, so that who has written sees it. */
  async write(changes: readonly StoreChange[]): Promise<void> {
    const latest = new Map(changes.map(({ key, value }) => [key, value])); // etcd refuses a key that is named twice
    if (latest.size > MAX_CHANGES)
      throw new RangeError(`${latest.size} changes in one write, the limit is ${MAX_CHANGES}`);
    if (latest.size === 0) return;
    await this.changes.ready();
    for (const [key, value] of latest) if (value === undefined) this.lease.release(key);
    const success = Array.from(latest, ([key, value]) => this.operation(key, value));
    const { header } = await this.kv.txn({ success }, { deadline: WRITE_MS });
    await this.changes.reached(header?.revision ?? 0n);
  }

  claim(key: string, value: Uint8Array): Promise<void> {
    return this.lease.hold(key, value);
  }

  watch(prefix: string, watcher: StoreWatcher): () => void {
    return this.changes.add(prefix, watcher);
  }

  async close(): Promise<void> {
    await this.lease.close();
    this.changes.close();
    this.transport.close();
  }

  private async readAll(prefix: string): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const rangeEnd = endOf(prefix);
    let [key, revision]: [Uint8Array, bigint] = [bytesOf(prefix), 0n];
    for (;;) {
      const { kvs, more, header } = await this.kv.range({ key, rangeEnd, limit: BigInt(PAGE), revision });
      for (const each of kvs) found.set(this.keyOf(each), each.value);
      const last = kvs.at(-1);
      if (!more || last === undefined) return found;
      revision = header?.revision ?? 0n;
      key = Buffer.concat([last.key, Uint8Array.of(0)]); // the next key there can be
    }
  }

  private async put(lease: bigint, key: string, value: Uint8Array): Promise<void> {
    const requestPut = { key: bytesOf(this.prefix + key), value, lease };
    await this.kv.txn({ success: [{ request: { case: "requestPut", value: requestPut } }] }, { deadline: WRITE_MS });
  }

  private operation(name: string, value: Uint8Array | undefined): RequestOpInit {
    const key = bytesOf(this.prefix + name);
    if (value === undefined) return { request: { case: "requestDeleteRange", value: { key } } };
    return { request: { case: "requestPut", value: { key, value } } };
  }

  private keyOf({ key }: Pick<KeyValue, "key">): string {
    return Buffer.from(key.buffer, key.byteOffset, key.length).toString("utf8").slice(this.prefix.length);
  }
}

const URL_FORM = /^etcd(?<secure>s?):\/\/(?<hosts>[^/@?#]+)(?:\/(?<prefix>[^?#]*))?$/;

function parseEtcdUrl(url: string, { tls }: EtcdOptions) {
  const { secure, hosts, prefix = "" } = URL_FORM.exec(url)?.groups ?? {};
  if (hosts === undefined)
    throw new Error(`invalid store ${JSON.stringify(url)}: expected etcd://HOST:PORT/PREFIX, or etcds:// with TLS`);
  if (secure === "" && tls !== undefined)
    throw new Error(`invalid store ${JSON.stringify(url)}: certificates need etcds://`);
  return {
    addresses: hosts.split(",").map((host) => (/:\d+$/.test(host) ? host : `${host}:${PORT}`)),
    prefix: `${prefix.replace(/\/$/, "") || "protoloom"}/`,
    tls: secure === "" ? undefined : (tls ?? {}),
  };
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

/** The first key after all keys with the prefix. A prefix of ours ends with ASCII, so its last byte can be raised. */
function endOf(prefix: string): Uint8Array {
  const end = bytesOf(prefix);
  end[end.length - 1]!++;
  return end;
}
