import { durationMs } from "@protoloom/protobuf/wkt";
import { Code, type Context, isStatusError, StatusError } from "@protoloom/rpc";
import type { RegistryServiceHandlers } from "../gen/protoloom/registry/v1/registry_grpc.js";
import {
  type InstanceKey,
  ServiceSummary,
  type SessionRequest,
  SessionResponse,
  Status,
} from "../gen/protoloom/registry/v1/registry_pb.js";
import { type Access, type Actor, mayChange, namespaceFor } from "./access.js";
import type { Key } from "./instance-key.js";
import { pause } from "./pause.js";
import type { Registry } from "./registry.js";
import { watch } from "./watch.js";

const DEFAULT_DRAIN_MS = 2000;
const MAX_DRAIN_MS = 60_000;
const MAX_AUDIT = 1000;

/** The handlers of protoloom.registry.v1.RegistryService. */
export function registryService(registry: Registry, access: Access): RegistryServiceHandlers {
  const reader = (context: Context, namespace: string): string => namespaceFor(access.actorOf(context), namespace);
  const writer = (context: Context): Actor => {
    const actor = access.actorOf(context);
    mayChange(actor);
    return actor;
  };
  return {
    session: (requests, context) => session(registry, writer(context), requests, context),
    async register({ instance }, context) {
      const actor = writer(context);
      const namespace = namespaceFor(actor, instance?.namespace ?? "");
      return { instance: await registry.register(instance, { namespace, peer: context.peer }, actor.name) };
    },
    renew({ key }, context) {
      registry.renew(keyFor(writer(context), key));
      return {};
    },
    async drain({ key, wait }, context) {
      const actor = writer(context);
      await registry.drain(keyFor(actor, key), actor.name);
      const ms = wait === undefined ? DEFAULT_DRAIN_MS : Math.min(MAX_DRAIN_MS, durationMs(wait));
      await pause(ms, context.signal);
      return {};
    },
    async deregister({ key }, context) {
      const actor = writer(context);
      await registry.deregister(keyFor(actor, key), actor.name);
      return {};
    },
    listServices({ namespace }, context) {
      const own = reader(context, namespace);
      return { services: registry.servicesOf(own).map((name) => summaryOf(registry, own, name)) };
    },
    listInstances: ({ namespace, service }, context) => ({
      instances: registry.list(reader(context, namespace), service),
    }),
    watch: (request, context) =>
      watch(registry.feed, registry, { ...request, namespace: reader(context, request.namespace) }, context.signal),
    async setPolicy({ policy }, context) {
      const actor = writer(context);
      const namespace = namespaceFor(actor, policy?.namespace ?? "");
      return { policy: await registry.setPolicy(policy, namespace, actor.name) };
    },
    listPolicies: ({ namespace }, context) => ({ policies: registry.policies(reader(context, namespace)) }),
    listAuditEntries: ({ namespace, limit }, context) => ({
      entries: registry.auditOf(reader(context, namespace), Math.min(MAX_AUDIT, limit || 100)),
    }),
  };
}

/** A summary of a service as a whole. */
export function summaryOf(registry: Registry, namespace: string, name: string): ServiceSummary {
  const instances = registry.list(namespace, name);
  return new ServiceSummary({
    namespace,
    name,
    instances: instances.length,
    healthy: instances.filter(({ status }) => status === Status.HEALTHY).length,
    versions: [...new Set(instances.map(({ version }) => version))].sort(),
    protected: registry.isProtected(namespace, name),
  });
}

/** An open stream takes a message for a fraction of what a call costs, so this is where heartbeats belong. */
async function* session(
  registry: Registry,
  actor: Actor,
  requests: AsyncIterable<SessionRequest>,
  context: Context,
): AsyncGenerator<SessionResponse, void, undefined> {
  const own = new Map<string, Key>();
  for await (const request of requests) {
    let code: Code = Code.Ok;
    let message = "";
    try {
      await act(registry, actor, own, request, context);
    } catch (e) {
      if (!isStatusError(e)) throw e;
      code = e.code;
      message = e.text;
    }
    yield new SessionResponse({ id: request.id, code, message });
  }
}

async function act(
  registry: Registry,
  actor: Actor,
  own: Map<string, Key>,
  { action }: SessionRequest,
  context: Context,
): Promise<void> {
  switch (action.case) {
    case "register": {
      const namespace = namespaceFor(actor, action.value.namespace);
      const instance = await registry.register(action.value, { namespace, peer: context.peer }, actor.name);
      own.set(`${instance.namespace}/${instance.service}/${instance.id}`, instance);
      return;
    }
    case "renew":
      return registry.renew(keyFor(actor, action.value));
    case "renewAll":
      for (const key of own.values()) registry.renew(key);
      return;
    case "drain":
      return registry.drain(keyFor(actor, action.value), actor.name);
    case "deregister": {
      const key = keyFor(actor, action.value);
      own.delete(`${key.namespace}/${key.service}/${key.id}`);
      return registry.deregister(key, actor.name);
    }
    default:
      throw new StatusError(Code.InvalidArgument, "the request has no action");
  }
}

function keyFor(actor: Actor, key: InstanceKey | undefined): Key {
  if (key === undefined) throw new StatusError(Code.InvalidArgument, "there is no key");
  return { namespace: namespaceFor(actor, key.namespace), service: key.service, id: key.id };
}
