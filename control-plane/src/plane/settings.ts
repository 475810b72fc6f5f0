import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import type { Grant } from "../registry/access.js";
import { checkDnsService, type DnsService } from "../sources/dns.js";

/** A setting. A flag wins over the environment, and the environment over the configuration file. */
interface Setting {
  readonly flag: string;
  readonly value: string;
  readonly about: string;
  readonly preset?: string;
}

/** `--address` is `PROTOLOOM_ADDRESS` in the environment and `address` in the file. */
const settings: Readonly<Record<Name, Setting>> = {
  address: {
    flag: "address",
    value: "HOST:PORT",
    about: "the address to listen on, for clients, services and browsers",
    preset: "127.0.0.1:18000",
  },
  store: {
    flag: "store",
    value: "URL",
    about: "where registrations are kept: lmdb:FOLDER, etcd://HOST:PORT,HOST:PORT/PREFIX, etcds:// with TLS, memory:",
    preset: "lmdb:protoloom-data",
  },
  storeCa: {
    flag: "store-ca",
    value: "FILE",
    about: "the authority that signs etcd's certificate (those that Node trusts)",
  },
  storeCert: { flag: "store-cert", value: "FILE", about: "the certificate that etcd is shown" },
  storeKey: { flag: "store-key", value: "FILE", about: "its key" },
  storeUser: { flag: "store-user", value: "NAME", about: "the user of etcd" },
  storePasswordFile: { flag: "store-password-file", value: "FILE", about: "a file with the password of that user" },
  gateway: { flag: "gateway", value: "HOST:PORT", about: "where Envoy listens for calls to all registered services" },
  resources: {
    flag: "resources",
    value: "FOLDER",
    about: "your own resources for Envoy: the output of protoc-gen-envoy with format=ads",
  },
  tlsCert: { flag: "tls-cert", value: "FILE", about: "the certificate of this server" },
  tlsKey: { flag: "tls-key", value: "FILE", about: "its key" },
  tlsClientCa: {
    flag: "tls-client-ca",
    value: "FILE",
    about: "the authority that signs client certificates; clients must then present one",
  },
  grace: {
    flag: "grace",
    value: "SECONDS",
    about: "how long clients have to move elsewhere at shutdown",
    preset: "5",
  },
  config: { flag: "config", value: "FILE", about: "a YAML file with the same names, grants and dns" },
};

type Name =
  | "address"
  | "store"
  | "storeCa"
  | "storeCert"
  | "storeKey"
  | "storeUser"
  | "storePasswordFile"
  | "gateway"
  | "resources"
  | "tlsCert"
  | "tlsKey"
  | "tlsClientCa"
  | "grace"
  | "config";

export type Settings = Readonly<Partial<Record<Name, string>>> & {
  readonly grants: readonly Grant[];
  readonly dns: readonly DnsService[];
};

/** The usage text, made from the table. */
export function settingsHelp(): string {
  const rows: readonly Setting[] = Object.values(settings);
  return rows
    .map(
      ({ flag, value, about, preset }) =>
        `  ${`--${flag} ${value}`.padEnd(26)} ${about}${preset ? ` (${preset})` : ""}\n`,
    )
    .join("");
}

/** The options of a command as `node:util` parses them, with what help and completion show. */
export type CommandOptions = Readonly<
  Record<
    string,
    { readonly type: "string" | "boolean"; readonly short?: string; readonly value?: string; readonly about: string }
  >
>;

/** The flags of the table, and that for help. */
export function settingsOptions(): CommandOptions {
  const rows = Object.values(settings).map(
    ({ flag, value, about }) => [flag, { type: "string" as const, value, about }] as const,
  );
  return { ...Object.fromEntries(rows), help: { type: "boolean", about: "this text" } };
}

/** Reads the settings. Throws an Error for an unknown one. */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const rows = Object.entries(settings) as [Name, Setting][];
  const options = Object.fromEntries(rows.map(([, { flag }]) => [flag, { type: "string" as const }]));
  const { values: flags } = parseArgs({ args: [...args], options, strict: true });
  const given = (name: Name): string | undefined =>
    (flags[settings[name].flag] as string | undefined) ??
    env[`PROTOLOOM_${settings[name].flag.replaceAll("-", "_").toUpperCase()}`];
  const file = readFile(given("config"));
  const values = rows.map(([name, { preset }]) => [name, given(name) ?? file.values[name] ?? preset]);
  return {
    ...Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    grants: file.grants,
    dns: file.dns,
  };
}

interface File extends Pick<Settings, "grants" | "dns"> {
  readonly values: Partial<Record<string, string>>;
}

function readFile(path: string | undefined): File {
  if (path === undefined) return { values: {}, grants: [], dns: [] };
  const { grants = [], dns = [], ...rest } = (parse(readFileSync(path, "utf8")) ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(rest).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined)
    throw new Error(
      `${path}: unknown key ${JSON.stringify(unknown)}: expected ${Object.keys(settings).join(", ")}, grants, dns`,
    );
  const values = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  return { values, grants: checkedGrants(path, grants), dns: checkedDns(path, dns) };
}

function checkedGrants(path: string, grants: unknown): readonly Grant[] {
  if (!Array.isArray(grants)) throw new Error(`${path}: grants: expected a list`);
  for (const [index, grant] of grants.entries()) {
    const { name, token, certificate, namespaces } = (grant ?? {}) as Partial<Grant>;
    const at = `${path}: grants[${index}]`;
    if (typeof name !== "string" || name === "") throw new Error(`${at}: expected a name`);
    if (typeof token !== "string" && typeof certificate !== "string")
      throw new Error(`${at}: expected a token or a certificate`);
    if (!Array.isArray(namespaces) || namespaces.length === 0) throw new Error(`${at}: expected a list of namespaces`);
  }
  return grants as Grant[];
}

function checkedDns(path: string, dns: unknown): readonly DnsService[] {
  if (!Array.isArray(dns)) throw new Error(`${path}: dns: expected a list`);
  for (const [index, service] of dns.entries()) {
    try {
      checkDnsService((service ?? {}) as DnsService);
    } catch (e) {
      throw new Error(`${path}: dns[${index}]: ${(e as Error).message}`, { cause: e });
    }
  }
  return dns as DnsService[];
}
