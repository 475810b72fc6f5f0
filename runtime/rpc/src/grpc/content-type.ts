/** Whether the messages are in proto format, which is also the default (gRPC over HTTP/2, "Content-Type"). */
const GRPC = /^application\/grpc(?:\+proto)?(?:;.*)?$/;

export function isGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && GRPC.test(contentType);
}
