import type { ListenOptions as NetAddress, Socket } from "node:net";

const HOST_AND_PORT = /^(?:\[(?<ipv6>[0-9a-fA-F:.%]+)\]|(?<host>[^:[\]]+)):(?<port>\d{1,5})$/;
const UNIX = /^unix:(?:\/\/(?=\/))?(?<path>.+)$/;

/** Reads `127.0.0.1:50051`, `[::]:0`, `localhost:80` or `unix:/run/shop.sock` (gRPC, "gRPC Name Resolution"). */
export function parseAddress(address: string): NetAddress {
  const path = UNIX.exec(address)?.groups?.path;
  if (path !== undefined) return { path };
  const { ipv6, host = ipv6, port } = HOST_AND_PORT.exec(address)?.groups ?? {};
  if (host === undefined || Number(port) > 65535)
    throw new TypeError(`cannot listen on ${address}: expected host:port, [IPv6]:port or unix:path`);
  return { host, port: Number(port) };
}

/** The peer's address, such as `127.0.0.1:50312`. */
export function addressOf(socket: Socket | undefined): string {
  const { remoteAddress, remotePort } = socket ?? {};
  if (remoteAddress === undefined) return "unknown";
  return remotePort === undefined ? remoteAddress : `${remoteAddress}:${remotePort}`;
}
