import { effect, type Signal, signal } from "@preact/signals";
import type {
  AccessJson,
  AuditLogJson,
  ClientsJson,
  ResourceMapsJson,
  ServicesJson,
  WatchOverviewRequestJson,
  WatchOverviewResponseJson,
} from "../src/gen/protoloom/admin/v1/admin_pb.js";
import type {
  PolicyJson,
  SetPolicyRequestJson,
  SetPolicyResponseJson,
} from "../src/gen/protoloom/registry/v1/registry_pb.js";
import { CallError, call, stream } from "./connect.js";

export type Connection = "connecting" | "live" | "lost" | "signed out";

/** The reader's input. The token stays in memory: never in storage, a cookie or an address. */
export const token = signal("");
export const namespace = signal("");
export const search = signal("");

/** The state received from the control plane. */
export const connection = signal<Connection>("connecting");
export const problem = signal("");
export const access = signal<AccessJson>({});
export const services = signal<ServicesJson>({});
export const clients = signal<ClientsJson>({});
export const maps = signal<ResourceMapsJson>({});
export const audit = signal<AuditLogJson>({});

/** The time, once a second, for leases that run out. */
export const now = signal(Date.now());

/** The view that the address names: `#map`. */
export const view = signal(location.hash.slice(1));

const parts = { access, services, clients, maps, audit } as const;

/** Follows the control plane for as long as the page is open. */
export function follow(): void {
  setInterval(() => (now.value = Date.now()), 1000);
  addEventListener("hashchange", () => (view.value = location.hash.slice(1)));
  effect(() => {
    const request = { namespace: namespace.value, search: search.value };
    const controller = new AbortController();
    void read(request, token.value, controller.signal);
    return () => controller.abort();
  });
}

/** Sets the policy. Throws a CallError. */
export async function setPolicy(policy: PolicyJson): Promise<void> {
  await call<SetPolicyRequestJson, SetPolicyResponseJson>(
    "protoloom.registry.v1.RegistryService/SetPolicy",
    { policy },
    { token: token.value },
  );
}

const WATCH = "protoloom.admin.v1.AdminService/WatchOverview";
/** The control plane sends an empty response at least every 10 s. */
const SILENCE_MS = 25_000;
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 5000;

async function read(request: WatchOverviewRequestJson, bearer: string, signal: AbortSignal): Promise<void> {
  connection.value = "connecting";
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(2 * wait, LAST_WAIT_MS)) {
    const attempt = new AbortController();
    const stop = (): void => attempt.abort();
    signal.addEventListener("abort", stop, { once: true });
    let silence = setTimeout(stop, SILENCE_MS);
    try {
      const options = { token: bearer, signal: attempt.signal };
      for await (const response of stream<WatchOverviewRequestJson, WatchOverviewResponseJson>(
        WATCH,
        request,
        options,
      )) {
        clearTimeout(silence);
        silence = setTimeout(stop, SILENCE_MS);
        wait = FIRST_WAIT_MS;
        if (signal.aborted) return;
        show(response);
      }
    } catch (e) {
      if (signal.aborted) return;
      if (e instanceof CallError && isForReader(e)) return signOut(e);
      problem.value = e instanceof CallError ? e.message : "";
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", stop);
    }
    connection.value = "lost";
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function show(response: WatchOverviewResponseJson): void {
  connection.value = "live";
  problem.value = "";
  for (const [name, part] of Object.entries(parts) as [keyof typeof parts, Signal<object>][]) {
    const value = response[name];
    if (value !== undefined) part.value = value;
  }
}

/** Only the reader can help: another token, or another namespace. */
function isForReader({ code }: CallError): boolean {
  return code === "unauthenticated" || code === "permission_denied";
}

function signOut({ message }: CallError): void {
  connection.value = "signed out";
  problem.value = token.value === "" ? "" : message;
  for (const part of Object.values(parts) as Signal<object>[]) part.value = {};
}
