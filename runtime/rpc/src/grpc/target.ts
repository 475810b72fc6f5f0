import { lookup } from "node:dns/promises";
import { type IpcNetConnectOpts, isIP, type TcpNetConnectOpts } from "node:net";

/** One place to connect to. */
export type Endpoint = Pick<TcpNetConnectOpts, "host" | "port"> | Pick<IpcNetConnectOpts, "path">;

/** The target of a channel (gRPC, "gRPC Name Resolution"). */
export interface Target {
  /** The value of `:authority`. */
  readonly authority: string;
  /** The name that the certificate must match; undefined if the address has none. */
  readonly serverName: string | undefined;
  /** Resolves the name to its current endpoints. */
  resolve(): Promise<Endpoint[]>;
}

const UNIX = /^unix:(?:\/\/(?=\/))?(?<path>.+)$/;
const LITERAL = /^ipv[46]:(?<list>.+)$/;
const DNS = /^dns:(?:\/\/[^/]*\/)?(?<name>.+)$/;
const HOST_AND_PORT = /^(?:\[(?<ipv6>[0-9a-fA-F:.%]+)\]|(?<host>[^:[\]/]+))(?::(?<port>\d{1,5}))?$/;

/** Reads the address of a channel. Throws TypeError if it is invalid or needs another resolver. */
export function parseTarget(address: string, isSecure: boolean): Target {
  const path = UNIX.exec(address)?.groups?.path;
  if (path !== undefined) return { authority: "localhost", serverName: undefined, resolve: async () => [{ path }] };
  const list = LITERAL.exec(address)?.groups?.list;
  if (list !== undefined) return literalTarget(address, list.split(","), isSecure);
  return nameTarget(address, DNS.exec(address)?.groups?.name ?? address, isSecure);
}

function literalTarget(address: string, list: readonly string[], isSecure: boolean): Target {
  const endpoints = list.map((each) => {
    const found = hostAndPort(address, isIP(each) === 6 ? `[${each}]` : each, isSecure);
    if (isIP(found.host) === 0) throw unknown(address);
    return found;
  });
  return { authority: list[0]!, serverName: undefined, resolve: async () => endpoints };
}

function nameTarget(address: string, name: string, isSecure: boolean): Target {
  const { host, port } = hostAndPort(address, name, isSecure);
  if (isIP(host) !== 0) return { authority: name, serverName: undefined, resolve: async () => [{ host, port }] };
  const resolve = async (): Promise<Endpoint[]> => {
    const found = await lookup(host, { all: true });
    return found.map((each) => ({ host: each.address, port }));
  };
  return { authority: name, serverName: host, resolve };
}

function hostAndPort(address: string, text: string, isSecure: boolean): { host: string; port: number } {
  const { ipv6, host = ipv6, port = isSecure ? "443" : "80" } = HOST_AND_PORT.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65535) throw unknown(address);
  return { host, port: Number(port) };
}

function unknown(address: string): TypeError {
  return new TypeError(
    `invalid address "${address}": expected host:port, dns:///host:port, ipv4:a.b.c.d:port or unix:path ` +
      `(for xds: and other resolvers, use grpcJsTransport of @protoloom/rpc/grpc-js)`,
  );
}
