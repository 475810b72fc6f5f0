/** Fields that belong to HTTP/2 or to the protocol: the application neither sees nor sets them. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["te", "content-type", "content-length", "connection", "keep-alive", "proxy-connection", "transfer-encoding"],
  ...["upgrade", "host", "http2-settings", "accept-encoding", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding"],
  ...["grpc-status", "grpc-message"],
]);

export function isReserved(key: string): boolean {
  return RESERVED.has(key);
}
