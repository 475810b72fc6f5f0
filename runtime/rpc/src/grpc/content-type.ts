/** gRPC over HTTP/2, "Content-Type": the format of messages is proto, which is also what no suffix means. */
const GRPC = /^application\/grpc(?:\+proto)?(?:;.*)?$/;

export function isGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && GRPC.test(contentType);
}
