import { timestampFromMs } from "@protoloom/protobuf/wkt";
import { InstanceOverview, ServiceOverview, Services } from "../gen/protoloom/admin/v1/admin_pb.js";
import type { Instance } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { Registry } from "../registry/registry.js";
import { summaryOf } from "../registry/service.js";
import { servicesOf } from "../resources/service-resources.js";

const MAX_SERVICES = 200;
const MAX_INSTANCES = 100;

/** The services of a namespace whose names contain the search. */
export function servicesOverview(registry: Registry, namespace: string, search: string): Services {
  const found = servicesOf(registry, namespace).filter((name) => name.includes(search));
  return new Services({
    services: found.slice(0, MAX_SERVICES).map((name) => serviceOf(registry, namespace, name)),
    omitted: Math.max(0, found.length - MAX_SERVICES),
  });
}

function serviceOf(registry: Registry, namespace: string, name: string): ServiceOverview {
  const instances = registry.list(namespace, name).sort(byVersion);
  return new ServiceOverview({
    summary: summaryOf(registry, namespace, name),
    policy: registry.policy(namespace, name),
    instances: instances.slice(0, MAX_INSTANCES).map((instance) => withLease(registry, instance)),
    omitted: Math.max(0, instances.length - MAX_INSTANCES),
  });
}

function byVersion(a: Instance, b: Instance): number {
  return a.version < b.version ? -1 : a.version > b.version ? 1 : a.id < b.id ? -1 : 1;
}

/** The end of the lease is rounded to seconds, so that an overview stays the same while nothing happens. */
function withLease(registry: Registry, instance: Instance): InstanceOverview {
  const left = registry.leaseOf(instance);
  if (left === undefined) return new InstanceOverview({ instance });
  const expiresAt = timestampFromMs(Math.round((Date.now() + left) / 1000) * 1000);
  return new InstanceOverview({ instance, expiresAt });
}
