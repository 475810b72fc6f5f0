import { createClient, type Transport } from "@protoloom/rpc";
import { Lease } from "../gen/etcdserverpb/rpc_grpc.js";
import { pause } from "../registry/pause.js";

const TTL_S = 10;
const RENEW_MS = 3000;
const AGAIN_MS = 500;
const GRANT_MS = 20_000;
const REVOKE_MS = 2000;

/** Keys that etcd removes when this process no longer renews their lease. Written again if the lease was lost. */
export class EtcdLease {
  private readonly client: ReturnType<typeof createClient<import("../gen/etcdserverpb/rpc_grpc.js").LeaseClient>>;
  private readonly put: (lease: bigint, key: string, value: Uint8Array) => Promise<void>;
  private readonly held = new Map<string, Uint8Array>();
  private readonly controller = new AbortController();
  private id: bigint | undefined;
  private renewing: Promise<void> | undefined;

  constructor(transport: Transport, put: (lease: bigint, key: string, value: Uint8Array) => Promise<void>) {
    this.client = createClient(Lease, transport, { deadline: GRANT_MS, waitForReady: true });
    this.put = put;
  }

  async hold(key: string, value: Uint8Array): Promise<void> {
    this.held.set(key, value);
    if (this.id === undefined) await this.begin();
    else await this.put(this.id, key, value);
    this.renewing ??= this.renew();
  }

  /** The key is removed by its holder. */
  release(key: string): void {
    this.held.delete(key);
  }

  async close(): Promise<void> {
    this.controller.abort();
    await this.renewing;
    const { id } = this;
    if (id !== undefined) await this.client.leaseRevoke({ ID: id }, { deadline: REVOKE_MS }).catch(() => {}); // it ends by itself
  }

  private async begin(): Promise<void> {
    const { ID: id } = await this.client.leaseGrant({ TTL: BigInt(TTL_S) });
    for (const [key, value] of this.held) await this.put(id, key, value);
    this.id = id;
  }

  private async renew(): Promise<void> {
    const { signal } = this.controller;
    let wait = RENEW_MS;
    while (!signal.aborted) {
      await pause(wait, signal);
      if (signal.aborted) return;
      try {
        if (!(await this.isRenewed())) await this.begin();
        wait = RENEW_MS;
      } catch {
        wait = AGAIN_MS; // this member cannot be reached: the next one gets the next attempt
      }
    }
  }

  /** One renewal on a stream of its own, so that a stream that hangs cannot outlast the lease. */
  private async isRenewed(): Promise<boolean> {
    const renewals = this.client.leaseKeepAlive([{ ID: this.id! }], { deadline: RENEW_MS });
    for await (const { TTL: ttl } of renewals) return ttl > 0n;
    return false;
  }
}
