import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { TlsServer } from "@protoloom/rpc";
import { envoyBootstrap, grpcBootstrap } from "./plane/bootstrap.js";
import { ControlPlane } from "./plane/control-plane.js";
import { type CommandOptions, readSettings, type Settings, settingsHelp, settingsOptions } from "./plane/settings.js";
import type { Gateway } from "./resources/service-resources.js";
import { DnsSource } from "./sources/dns.js";
import { ResourceFiles } from "./sources/resource-files.js";
import { type EtcdOptions, EtcdStore } from "./store/etcd.js";
import { LmdbStore } from "./store/lmdb.js";
import { MemoryStore } from "./store/memory.js";
import type { Store } from "./store/store.js";

/** The parts of the process that commands use. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  error(text: string): void;
  /** Resolves when the process is asked to end. */
  readonly stopped: Promise<void>;
}

/** `protoloom control-plane`: runs a control plane until it is stopped. Returns the exit code. */
export async function controlPlaneCommand(args: readonly string[], around: Surroundings): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    around.out(`Starts the discovery service and the registry.\n\n${settingsHelp()}`);
    return 0;
  }
  try {
    const settings = readSettings(args, around.env);
    await run(settings, around);
    return 0;
  } catch (e) {
    around.error(`${(e as Error).message}\n`);
    return 1;
  }
}

async function run(settings: Settings, { out, stopped }: Surroundings): Promise<void> {
  const log = (event: string, fields: object = {}): void =>
    out(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
  const { address, gateway, grants, dns, resources, grace } = settings;
  const plane = new ControlPlane({
    store: openStore(settings),
    gateway: gateway === undefined ? undefined : parseGateway(gateway),
    grants,
    sources: [
      ...(resources === undefined ? [] : [new ResourceFiles(resources)]),
      ...(dns.length === 0 ? [] : [new DnsSource(dns)]),
    ],
    onSource: ({ error, ...found }) => {
      if (error === undefined) log("found", found);
      else log("kept what was found before", { source: found.source, reason: error });
    },
    onNack: ({ client, peer, typeUrl, name, resource, message }) =>
      log("refused", {
        client: client.id,
        peer,
        type: typeUrl,
        resource: name,
        version: resource?.version,
        cause: resource?.causeOf(message),
        message,
      }),
  });
  await plane.start();
  const port = await plane.listen(address!, { tls: tlsOf(settings) });
  log("listening", {
    address: address!.replace(/:\d+$/, `:${port}`),
    instances: plane.registry.size,
  });
  await stopped;
  log("stopping");
  await plane.close({ grace: Number(grace) * 1000 });
  log("stopped");
}

function openStore(settings: Settings): Store {
  const url = settings.store!;
  if (url.startsWith("etcd:") || url.startsWith("etcds:")) return new EtcdStore(url, etcdOptions(settings));
  const { storeCa, storeCert, storeKey, storeUser, storePasswordFile } = settings;
  if ([storeCa, storeCert, storeKey, storeUser, storePasswordFile].some((each) => each !== undefined))
    throw new Error(`store-ca, store-cert, store-key, store-user and store-password-file are for etcd, not for ${url}`);
  if (url === "memory:") return new MemoryStore();
  if (url.startsWith("lmdb:")) return new LmdbStore(url.slice("lmdb:".length));
  throw new Error(`invalid store ${JSON.stringify(url)}: expected lmdb:FOLDER, etcd://HOST:PORT/PREFIX or memory:`);
}

function etcdOptions({ storeCa, storeCert, storeKey, storeUser, storePasswordFile }: Settings): EtcdOptions {
  if ((storeCert === undefined) !== (storeKey === undefined))
    throw new Error("store-cert and store-key belong together");
  if ((storeUser === undefined) !== (storePasswordFile === undefined))
    throw new Error("store-user and store-password-file belong together");
  const read = (file: string | undefined): Buffer | undefined => (file === undefined ? undefined : readFileSync(file));
  const hasTls = storeCa !== undefined || storeCert !== undefined;
  return {
    tls: hasTls ? { ca: read(storeCa), cert: read(storeCert), key: read(storeKey) } : undefined,
    user: storeUser,
    password: read(storePasswordFile)
      ?.toString()
      .replace(/\r?\n$/, ""),
  };
}

function parseGateway(address: string): Gateway {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined) throw new Error(`invalid gateway ${JSON.stringify(address)}: expected HOST:PORT`);
  return { host, port: Number(port) };
}

function tlsOf({ tlsCert, tlsKey, tlsClientCa }: Settings): TlsServer | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) throw new Error("tls-cert and tls-key belong together");
  const clientCa = tlsClientCa === undefined ? undefined : readFileSync(tlsClientCa);
  return { cert: readFileSync(tlsCert), key: readFileSync(tlsKey), clientCa };
}

const bootstrapOptions = {
  id: { type: "string", value: "ID", about: "tells this client from others" },
  server: {
    type: "string",
    multiple: true,
    value: "HOST:PORT",
    about: "a control plane (127.0.0.1:18000); may be repeated",
  },
  namespace: { type: "string", value: "NAME", about: "the namespace of the services it calls" },
  cluster: { type: "string", value: "NAME", about: "the group of clients that it belongs to" },
  region: { type: "string", value: "NAME", about: "the region that it runs in" },
  zone: { type: "string", value: "NAME", about: "the zone that it runs in" },
  token: { type: "string", value: "TOKEN", about: "sent to the control plane" },
  admin: { type: "string", value: "HOST:PORT", about: "the address of Envoy's admin interface" },
  sotw: { type: "boolean", about: "the whole state with each change, not the difference" },
} as const;

/** The options of the commands by the command's name, for completion and suggestions. */
export const commandOptions: Readonly<Record<"control-plane" | "bootstrap", CommandOptions>> = {
  "control-plane": settingsOptions(),
  bootstrap: { ...bootstrapOptions, help: { type: "boolean", short: "h", about: "this text" } },
};

/** `protoloom bootstrap envoy|grpc`: prints the bootstrap of a client of the control plane. */
export function bootstrapCommand(args: readonly string[], { out, error }: Surroundings): number {
  const [kind, ...rest] = args;
  if (kind !== "envoy" && kind !== "grpc") {
    error(
      "Usage: protoloom bootstrap envoy|grpc --id ID [--server HOST:PORT ...] [--namespace NAME] [--cluster NAME]\n       [--region NAME] [--zone NAME] [--token TOKEN] [--admin HOST:PORT] [--sotw]\n",
    );
    return kind === "--help" || kind === "-h" ? 0 : 1;
  }
  try {
    const { values } = parseArgs({ args: rest, options: bootstrapOptions, strict: true });
    const { id, server: servers = ["127.0.0.1:18000"], sotw = false, ...more } = values;
    if (id === undefined) throw new Error("--id is missing: it tells this client from others");
    out(
      kind === "envoy"
        ? envoyBootstrap({ id, servers, delta: !sotw, ...more })
        : grpcBootstrap({ id, servers, ...more }),
    );
    return 0;
  } catch (e) {
    error(`${(e as Error).message}\n`);
    return 1;
  }
}
