import type { Server } from "@protoloom/rpc";
import type { SnapshotCache } from "../cache/snapshot-cache.js";
import type { Access } from "../registry/access.js";
import type { Registry } from "../registry/registry.js";
import type { DiscoveryServer } from "../xds/server.js";

/** The parts of a control plane that pages show. */
export interface Parts {
  readonly registry: Registry;
  readonly cache: SnapshotCache;
  readonly discovery: DiscoveryServer;
  readonly server: Server;
  readonly access: Access;
}
