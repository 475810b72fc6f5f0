import { Metadata as GrpcMetadata } from "@grpc/grpc-js";
import { Metadata } from "../call/metadata.js";
import { isReserved } from "../call/reserved-metadata.js";

export function toGrpcMetadata(metadata: Metadata, waitForReady = false): GrpcMetadata {
  const result = new GrpcMetadata(waitForReady ? { waitForReady } : undefined);
  if (metadata.size === 0) return result;
  for (const [key, value] of metadata)
    if (!isReserved(key)) result.add(key, typeof value === "string" ? value : Buffer.from(value));
  return result;
}

export function fromGrpcMetadata(metadata: GrpcMetadata): Metadata {
  const result = new Metadata();
  for (const key of Object.keys(metadata.getMap())) {
    for (const value of metadata.get(key)) {
      try {
        result.append(key, (typeof value === "string" ? value : new Uint8Array(value)) as never);
      } catch {
        // Invalid metadata from a peer is ignored: the call continues without this value.
      }
    }
  }
  return result;
}
