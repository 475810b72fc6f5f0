import { Code, createClient, isStatusError, type Transport } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { serviceConfig } from "@protoloom/rpc/service-config";
import { KV } from "../gen/etcdserverpb/rpc_grpc.js";
import type { KeyValue, RequestOpInit } from "../gen/etcdserverpb/rpc_pb.js";
import { EtcdLease } from "./etcd-lease.js";
import { EtcdWatch } from "./etcd-watch.js";
import { MAX_CHANGES, type Store, type StoreChange, type StoreWatcher } from "./store.js";

const PAGE = 500;
const WRITE_MS = 15_000;

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

  /** `etcd://10.0.0.1:2379,10.0.0.2:2379/prefix`: several addresses must be IP addresses. Throws an Error if it is invalid. */
  constructor(url: string) {
    const { address, prefix } = parseEtcdUrl(url);
    this.transport = grpcTransport({ address, serviceConfig: attempts, keepalive: { time: 10_000, timeout: 5000 } });
    this.kv = createClient(KV, this.transport);
    this.prefix = prefix;
    this.changes = new EtcdWatch(this.transport, bytesOf(prefix), endOf(prefix), (key) => this.keyOf(key));
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

/** A member of etcd may go, or lose its leader for a moment: another attempt then succeeds. All writes are idempotent. */
const attempts = serviceConfig({
  methodConfig: [
    {
      name: [{ service: "etcdserverpb.KV" }, { service: "etcdserverpb.Lease", method: "LeaseGrant" }],
      waitForReady: true,
      timeout: "20s",
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: "0.1s",
        maxBackoff: "2s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
});

const URL_FORM = /^etcd:\/\/(?<hosts>[^/@?#]+)(?:\/(?<prefix>[^?#]*))?$/;

function parseEtcdUrl(url: string): { address: string; prefix: string } {
  const { hosts, prefix = "" } = URL_FORM.exec(url)?.groups ?? {};
  if (hosts === undefined) throw new Error(`invalid store ${JSON.stringify(url)}: expected etcd://HOST:PORT/PREFIX`);
  const list = hosts.split(",");
  const address = list.length === 1 ? hosts : `${hosts.startsWith("[") ? "ipv6" : "ipv4"}:${hosts}`;
  return { address, prefix: `${prefix.replace(/\/$/, "") || "protoloom"}/` };
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
