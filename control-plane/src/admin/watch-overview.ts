import type { SnapshotCache } from "../cache/snapshot-cache.js";
import {
  Access,
  AuditLog,
  ResourceMaps,
  WatchOverviewResponse,
  type WatchOverviewResponseInit,
} from "../gen/protoloom/admin/v1/admin_pb.js";
import type { Actor } from "../registry/access.js";
import { DEFAULT_NAMESPACE } from "../registry/instance-key.js";
import { pause } from "../registry/pause.js";
import type { Registry } from "../registry/registry.js";
import { families, keyOf } from "../resources/publisher.js";
import type { DiscoveryServer } from "../xds/server.js";
import { clientsOf } from "./clients.js";
import { resourceMapOf } from "./resource-map.js";
import { servicesOverview } from "./services.js";

/** The scope of an overview. */
export interface Shown {
  readonly registry: Registry;
  readonly cache: SnapshotCache;
  readonly discovery: DiscoveryServer;
  /** Calls `listener` when something may have changed. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

/** Changes closer together than this are sent as one. */
const SETTLE_MS = 100;
/** Renewals of leases are looked for this often. */
const LOOK_MS = 2000;
/** If nothing changes, an empty response is due after this time. */
const SILENCE_MS = 10_000;
const MAX_AUDIT = 200;

export interface OverviewPart {
  readonly namespace: string;
  readonly search: string;
}

type Part = keyof WatchOverviewResponseInit & ("access" | "services" | "clients" | "maps" | "audit");

/** Sends all parts, then each part that differs from what was sent. A reader that is slow gets the latest state once. */
export async function* watchOverview(
  shown: Shown,
  actor: Actor,
  part: OverviewPart,
  signal: AbortSignal,
): AsyncGenerator<WatchOverviewResponse, void, undefined> {
  const sent = new Map<Part, Uint8Array>();
  const changes = new Changes(shown, signal);
  let sentAt = 0;
  try {
    while (!signal.aborted) {
      const now = overviewOf(shown, actor, part);
      const changed = Object.entries(now).filter(([name, value]) => {
        const bytes = value.toBinary();
        const isSame = sent.has(name as Part) && Buffer.compare(sent.get(name as Part)!, bytes) === 0;
        sent.set(name as Part, bytes);
        return !isSame;
      });
      const isSilent = Date.now() - sentAt >= SILENCE_MS;
      if (changed.length > 0 || isSilent) {
        sentAt = Date.now();
        yield new WatchOverviewResponse(Object.fromEntries(changed));
      }
      await changes.next();
    }
  } finally {
    changes.close();
  }
}

function overviewOf({ registry, cache, discovery }: Shown, actor: Actor, { namespace, search }: OverviewPart) {
  const maps = families.flatMap((family) => {
    const view = cache.find(keyOf({ namespace, family }));
    return (view && resourceMapOf(family, view, search)) ?? [];
  });
  return {
    access: new Access({ namespace, namespaces: namespacesOf(registry, actor), readOnly: actor.readOnly }),
    services: servicesOverview(registry, namespace, search),
    clients: clientsOf(discovery.streams, namespace, search),
    maps: new ResourceMaps({ maps }),
    audit: new AuditLog({ entries: registry.auditOf(namespace, MAX_AUDIT) }),
  };
}

function namespacesOf(registry: Registry, actor: Actor): string[] {
  if (!actor.namespaces.includes("*")) return [...actor.namespaces].sort();
  return [...new Set([DEFAULT_NAMESPACE, ...registry.namespaces])].sort();
}

/** Waits for the next change, and a little longer for those that follow it. */
class Changes {
  private isDue = false;
  private wake: (() => void) | undefined;
  private readonly stop: () => void;
  private readonly signal: AbortSignal;

  constructor(shown: Shown, signal: AbortSignal) {
    this.signal = signal;
    this.stop = shown.onChange(() => {
      this.isDue = true;
      this.wake?.();
    });
    signal.addEventListener("abort", () => this.wake?.(), { once: true });
  }

  async next(): Promise<void> {
    if (!this.isDue && !this.signal.aborted) {
      const timer = setTimeout(() => this.wake?.(), LOOK_MS).unref();
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
      clearTimeout(timer);
    }
    if (this.isDue) await pause(SETTLE_MS, this.signal);
    this.isDue = false;
  }

  close(): void {
    this.stop();
  }
}
