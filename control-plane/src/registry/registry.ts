import { randomBytes } from "node:crypto";
import { timestampNow } from "@protoloom/protobuf/wkt";
import { Code, StatusError } from "@protoloom/rpc";
import { type AuditEntry, Instance, Policy, Status } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { Store, StoreChange } from "../store/store.js";
import { AUDIT, AuditLog } from "./audit-log.js";
import { ChangeFeed } from "./change-feed.js";
import { checkedInstance, type Origin, ttlOf } from "./check-instance.js";
import { checkedPolicy } from "./check-policy.js";
import { checkName, type Key, pathOf } from "./instance-key.js";
import { type Clock, type Lease, Leases, systemClock } from "./leases.js";
import { defaultLimits, type Limits } from "./limits.js";
import { pause } from "./pause.js";
import { Protection, type ProtectionOptions } from "./protection.js";

/** Options of a registry. */
export interface RegistryOptions {
  /** Where registrations and policies outlive the process. */
  readonly store: Store;
  /** Limits other than the defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /** When instances that fall silent together are kept. */
  readonly protection?: ProtectionOptions | undefined;
  /** The clock of the leases. Default: that of the process. */
  readonly clock?: Clock | undefined;
  /** The name of this registry among those that share its store. Default: random. */
  readonly plane?: string | undefined;
}

/** An instance as this registry knows it. */
export interface Registered extends Lease {
  readonly key: Key;
  readonly path: string;
  instance: Instance;
  ttl: number;
  /** The registry that renews it, among those on the same store. */
  owner: string;
  /** The source that found it, if it did not register itself. It is then in no store and has no lease. */
  readonly source: string | undefined;
  /** The result of the health check. Undefined without one. */
  check: { readonly isHealthy: boolean; readonly reason: string } | undefined;
}

const OWNER = "x-protoloom-plane";

/** Services, their instances and the health of these, and the policies for calls. */
export class Registry {
  /** All changes of instances in order, for those who watch. */
  readonly feed: ChangeFeed<Instance>;
  /** The limits in force. */
  readonly limits: Limits;
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly plane: string;
  private readonly instances = new Map<string, Registered>();
  private readonly services = new Map<string, Map<string, Registered>>();
  private readonly policyByService = new Map<string, Policy>();
  private readonly audit: AuditLog;
  private readonly leases: Leases<Registered>;
  private readonly protection: Protection;
  private readonly policyListeners = new Set<(policy: Policy) => void>();
  private readonly alivePlanes = new Set<string>();
  /** The instances that this registry has written, which need not be decoded when the store reports them. */
  private readonly written = new WeakMap<Uint8Array, Instance>();
  private stopWatching: () => void = () => {};
  private ready = false;

  constructor({
    store,
    limits,
    protection,
    clock = systemClock,
    plane = randomBytes(6).toString("hex"),
  }: RegistryOptions) {
    this.store = store;
    this.clock = clock;
    this.plane = plane;
    this.limits = { ...defaultLimits, ...limits };
    this.audit = new AuditLog(plane);
    this.feed = new ChangeFeed(randomBytes(6).toString("hex"));
    this.protection = new Protection(clock, protection);
    this.leases = new Leases(clock, (expired) => this.expire(expired));
  }

  /** Reads the store. Until then the registry is incomplete, and clients must not see it as empty. */
  async start(): Promise<this> {
    this.stopWatching = this.store.watch("", {
      onChange: (changes) => this.follow(changes),
      onReset: () => void this.load(),
    });
    await this.load();
    await this.store.claim(`planes/${this.plane}`, new Uint8Array(0));
    this.ready = true;
    return this;
  }

  /** Whether the store has been read. Until then lists are incomplete. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Stops expiring leases and following the store. Instances stay registered. */
  async close(): Promise<void> {
    this.leases.close();
    this.stopWatching();
    const released = this.store.write([{ key: `planes/${this.plane}`, value: undefined }]);
    const controller = new AbortController();
    await Promise.race([released.catch(() => {}), pause(RELEASE_MS, controller.signal)]);
    controller.abort();
  }

  /** The number of instances in all namespaces. */
  get size(): number {
    return this.instances.size;
  }

  /** Registers or replaces an instance. Resolves once it is durable. */
  async register(given: Instance | undefined, origin: Origin, actor: string): Promise<Instance> {
    const instance = checkedInstance(given, origin, this.limits);
    const path = pathOf(instance);
    const known = this.instances.get(path);
    if (known === undefined && this.instances.size >= this.limits.maxInstances) {
      throw new StatusError(
        Code.ResourceExhausted,
        `${this.limits.maxInstances} instances are registered, which is the limit`,
      );
    }
    instance.registeredAt = known?.instance.registeredAt ?? timestampNow();
    const isNew = known === undefined;
    const { id, host, port, version } = instance;
    const noted = isNew ? this.audit.note(actor, "register", instance, id, `${host}:${port} ${version}`) : [];
    await this.store.write([{ key: path, value: this.encode(instance) }, ...noted]);
    this.put(instance, this.plane);
    return instance;
  }

  /** Renews the lease. Throws NOT_FOUND if the instance must register again. */
  renew(key: Key): void {
    const registered = this.registered(key);
    registered.deadline = this.clock.now() + registered.ttl;
    if (registered.owner !== this.plane) this.takeOver(registered);
  }

  /** An instance that registered itself. Throws NOT_FOUND, or FAILED_PRECONDITION for one that a source has found. */
  private registered(key: Key): Registered {
    const registered = this.instances.get(pathOf(key));
    if (registered === undefined) throw notFound(key);
    if (registered.source === undefined) return registered;
    const text = `${key.id} of ${key.service} did not register: change it where it comes from, ${registered.source}`;
    throw new StatusError(Code.FailedPrecondition, text);
  }

  /** The instance came here from another registry on the same store, which must not let it expire. */
  private takeOver(registered: Registered): void {
    const { owner, path, instance } = registered;
    registered.owner = this.plane;
    this.store.write([{ key: path, value: this.encode(instance) }]).catch(() => {
      registered.owner = owner; // the next renewal tries again
    });
  }

  /** Stops clients from sending further calls to an instance. */
  async drain(key: Key, actor: string): Promise<void> {
    await this.setStatus(key, Status.DRAINING, "", actor, "drain");
  }

  /** Sets the status that an instance reports about itself. */
  async setStatus(key: Key, status: Status, reason: string, actor: string, action = "health"): Promise<void> {
    const registered = this.registered(key);
    if (registered.instance.status === status && registered.instance.reason === reason) return this.renew(key);
    const instance = new Instance({ ...registered.instance, status, reason });
    const noted = this.audit.note(actor, action, instance, instance.id, reason);
    await this.store.write([{ key: registered.path, value: this.encode(instance) }, ...noted]);
    this.put(instance, this.plane);
  }

  /** Removes an instance. Resolves once that is durable. Does nothing for an unknown one. */
  async deregister(key: Key, actor: string): Promise<void> {
    if (!this.instances.has(pathOf(key))) return;
    const registered = this.registered(key);
    const noted = this.audit.note(actor, "deregister", registered.instance, registered.instance.id, "");
    await this.store.write([{ key: registered.path, value: undefined }, ...noted]);
    this.drop(registered);
  }

  /** Replaces the instances that a source has found. Those that register themselves win. Throws if one is not valid. */
  setFound(source: string, given: readonly Instance[]): void {
    const found = given.map((each) => checkedInstance(each, {}, this.limits));
    const paths = new Set(found.map(pathOf));
    for (const registered of [...this.instances.values()])
      if (registered.source === source && !paths.has(registered.path)) this.drop(registered);
    for (const instance of found) {
      const known = this.instances.get(pathOf(instance));
      if (known !== undefined && known.source !== source) continue;
      if (known === undefined && this.instances.size >= this.limits.maxInstances) return;
      instance.registeredAt = known?.instance.registeredAt ?? timestampNow();
      this.put(instance, this.plane, source);
    }
  }

  /** Records the result of a health check. It is not stored: every registry runs its own checks. */
  checked(key: Key, check: { isHealthy: boolean; reason: string }): void {
    const registered = this.instances.get(pathOf(key));
    if (registered === undefined) return;
    const { check: before } = registered;
    registered.check = check;
    if (before?.isHealthy === check.isHealthy) return;
    this.tell(registered);
    this.audit.noteHere("health check", "health", key, key.id, check.isHealthy ? "healthy" : check.reason);
  }

  /** The instance with its current status. Undefined if it is unknown. */
  get(key: Key): Instance | undefined {
    const registered = this.instances.get(pathOf(key));
    return registered && shown(registered);
  }

  /** The instances of one service, or of all services. */
  list(namespace: string, service = ""): Instance[] {
    const groups = service === "" ? this.servicesOf(namespace) : [service];
    return groups.flatMap((name) => [...(this.services.get(`${namespace}/${name}`)?.values() ?? [])].map(shown));
  }

  /** The names of the services with instances in a namespace, sorted. */
  servicesOf(namespace: string): string[] {
    const prefix = `${namespace}/`;
    return [...this.services.keys()]
      .flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
      .sort();
  }

  /** The namespaces with services or policies, sorted. */
  get namespaces(): string[] {
    const names = [...this.services.keys(), ...this.policyByService.keys()].map((name) =>
      name.slice(0, name.indexOf("/")),
    );
    return [...new Set(names)].sort();
  }

  /** Whether the silent instances of a service are kept for now, because too many fell silent at once. */
  isProtected(namespace: string, service: string): boolean {
    return this.protection.protects(`${namespace}/${service}`);
  }

  /** Milliseconds until the lease expires. Undefined for an instance that has none. */
  leaseOf(key: Key): number | undefined {
    const registered = this.instances.get(pathOf(key));
    if (registered?.source !== undefined) return undefined;
    return registered && Math.max(0, registered.deadline - this.clock.now());
  }

  /** The policy of a service. Undefined if none was set. */
  policy(namespace: string, service: string): Policy | undefined {
    return this.policyByService.get(`${namespace}/${service}`);
  }

  /** All policies of a namespace. */
  policies(namespace: string): Policy[] {
    return [...this.policyByService.values()].filter((policy) => policy.namespace === namespace);
  }

  /**
   * Sets the policy of the service that it names. Resolves once it is durable. Throws INVALID_ARGUMENT for a wrong one.
   */
  async setPolicy(given: Policy | undefined, namespace: string, actor: string): Promise<Policy> {
    const policy = checkedPolicy(given, namespace);
    checkName("namespace", policy.namespace);
    const split = policy.split.map(({ version, weight }) => `${version} ${weight}`).join(", ");
    const noted = this.audit.note(actor, "policy", policy, policy.service, split || "all versions alike");
    await this.store.write([{ key: policyPath(policy), value: policy.toBinary() }, ...noted]);
    this.putPolicy(policy);
    return policy;
  }

  /**
   * Calls `listener` for each policy that is set, here or by another registry on the same store. Returns a function
   * that stops it.
   */
  onPolicy(listener: (policy: Policy) => void): () => void {
    this.policyListeners.add(listener);
    return () => void this.policyListeners.delete(listener);
  }

  /** Entries of the audit log, newest first. */
  auditOf(namespace: string, limit: number): AuditEntry[] {
    return this.audit.list(namespace, limit);
  }

  /** Calls `listener` for each new entry of the audit log. Returns a function that stops it. */
  onAudit(listener: () => void): () => void {
    return this.audit.listen(listener);
  }

  private async load(): Promise<void> {
    const instances = await this.store.read("instances/");
    for (const registered of [...this.instances.values()])
      if (registered.source === undefined && !instances.has(registered.path)) this.drop(registered);
    for (const [key, value] of instances) this.follow([{ key, value }]);
    for (const [key, value] of await this.store.read("policies/")) this.follow([{ key, value }]);
    for (const [key, value] of await this.store.read(AUDIT)) this.audit.follow(key, value);
    for (const key of (await this.store.read("planes/")).keys()) this.alivePlanes.add(key.slice("planes/".length));
  }

  /** Applies a write, from here or from another registry on the same store. */
  private follow(changes: readonly StoreChange[]): void {
    for (const { key, value } of changes) {
      if (key.startsWith("instances/")) this.followInstance(key, value);
      else if (key.startsWith("policies/") && value !== undefined) this.putPolicy(Policy.fromBinary(value));
      else if (key.startsWith(AUDIT)) this.audit.follow(key, value);
      else if (key.startsWith("planes/")) this.followPlane(key.slice("planes/".length), value !== undefined);
    }
  }

  private followInstance(path: string, value: Uint8Array | undefined): void {
    const known = this.instances.get(path);
    if (value === undefined) {
      if (known !== undefined) this.drop(known);
      return;
    }
    const own = this.written.get(value);
    if (own !== undefined) {
      this.put(own, this.plane);
      return;
    }
    const instance = Instance.fromBinary(value);
    const owner = instance.metadata[OWNER] ?? "";
    delete instance.metadata[OWNER];
    if (known?.instance.equals(instance)) known.owner = owner;
    else this.put(instance, owner);
  }

  /** When another registry is gone, its instances get a whole TTL to reach one that is left. */
  private followPlane(plane: string, isAlive: boolean): void {
    if (isAlive) return void this.alivePlanes.add(plane);
    if (!this.alivePlanes.delete(plane)) return;
    for (const registered of this.instances.values()) {
      if (registered.owner !== plane) continue;
      registered.deadline = this.clock.now() + registered.ttl;
      this.leases.add(registered);
    }
  }

  /** Only the registry that renews an instance lets it expire, or any one once that is gone. */
  private answersFor({ owner }: Registered): boolean {
    return owner === this.plane || !this.alivePlanes.has(owner);
  }

  private encode(instance: Instance): Uint8Array {
    const value = new Instance({ ...instance, metadata: { ...instance.metadata, [OWNER]: this.plane } }).toBinary();
    this.written.set(value, instance);
    return value;
  }

  private put(instance: Instance, owner: string, source?: string): void {
    const path = pathOf(instance);
    const ttl = ttlOf(instance, this.limits);
    const known = this.instances.get(path);
    if (known !== undefined && known.source !== source) this.forget(known);
    else if (known !== undefined) {
      const isSame = known.instance === instance || known.instance.equals(instance);
      Object.assign(known, { instance, ttl, owner, deadline: this.clock.now() + ttl });
      if (source === undefined) this.leases.add(known);
      if (!isSame) this.tell(known);
      return;
    }
    const key = { namespace: instance.namespace, service: instance.service, id: instance.id };
    const check =
      instance.healthCheck?.kind.case === undefined ? undefined : { isHealthy: false, reason: "not checked yet" };
    const registered: Registered = { key, path, instance, ttl, owner, source, check, deadline: this.clock.now() + ttl };
    this.instances.set(path, registered);
    this.group(registered).set(instance.id, registered);
    if (source === undefined) this.leases.add(registered);
    this.tell(registered);
  }

  private drop(registered: Registered): void {
    const { key, path } = registered;
    if (this.instances.get(path) !== registered) return;
    this.forget(registered);
    const group = this.group(registered);
    group.delete(key.id);
    if (group.size === 0) this.services.delete(`${key.namespace}/${key.service}`);
    this.feed.add({ ...key, value: undefined });
  }

  private forget(registered: Registered): void {
    this.leases.remove(registered);
    this.instances.delete(registered.path);
  }

  private group({ key: { namespace, service } }: Registered): Map<string, Registered> {
    const name = `${namespace}/${service}`;
    let group = this.services.get(name);
    if (group === undefined) {
      group = new Map();
      this.services.set(name, group);
    }
    return group;
  }

  private tell(registered: Registered): void {
    this.feed.add({ ...registered.key, value: shown(registered) });
  }

  private putPolicy(policy: Policy): void {
    const name = `${policy.namespace}/${policy.service}`;
    if (this.policyByService.get(name)?.equals(policy)) return;
    this.policyByService.set(name, policy);
    for (const listener of this.policyListeners) listener(policy);
  }

  private expire(leases: readonly Registered[]): void {
    const byService = new Map<string, Registered[]>();
    for (const lease of leases) {
      if (this.instances.get(lease.path) !== lease) continue;
      if (!this.answersFor(lease)) {
        this.wait(lease);
        continue;
      }
      const name = `${lease.key.namespace}/${lease.key.service}`;
      byService.set(name, [...(byService.get(name) ?? []), lease]);
    }
    for (const [name, silent] of byService) {
      const total = this.services.get(name)?.size ?? silent.length;
      if (this.protection.permits(name, silent.length, total)) void this.expireAll(silent);
      else for (const lease of silent) this.wait(lease);
    }
  }

  /** Checks the lease again soon, without notifying anyone. */
  private wait(lease: Registered): void {
    lease.deadline = this.clock.now() + LOOK_AGAIN_MS;
    this.leases.add(lease);
  }

  private async expireAll(silent: readonly Registered[]): Promise<void> {
    const changes = silent.map((registered): StoreChange[] => {
      this.drop(registered);
      const { path, key, instance, ttl } = registered;
      return [
        { key: path, value: undefined },
        ...this.audit.note("lease", "expire", instance, key.id, `nothing heard for ${ttl} ms`),
      ];
    });
    await Promise.all(changes.map((each) => this.store.write(each)));
  }
}

const LOOK_AGAIN_MS = 1000;
/** A store that cannot be reached ends the claim by itself. */
const RELEASE_MS = 2000;

/** The instance with its effective status: the result of its check, unless it reports a problem itself. */
function shown({ instance, check }: Registered): Instance {
  if (check === undefined || check.isHealthy || instance.status !== Status.HEALTHY) return instance;
  return new Instance({ ...instance, status: Status.UNHEALTHY, reason: check.reason });
}

function policyPath({ namespace, service }: Policy): string {
  return `policies/${namespace}/${service}`;
}

function notFound({ namespace, service, id }: Key): StatusError {
  return new StatusError(
    Code.NotFound,
    `no instance ${id} of ${service} in the namespace ${namespace}: register it again`,
  );
}
