import type { Any } from "@protoloom/protobuf/wkt/any";
import { Status } from "../gen/google/rpc/status_pb.js";
import type { FinalStatus } from "./final-status.js";
import type { Metadata } from "./metadata.js";

/** The trailer that carries the details as a google.rpc.Status (gRPC, "Richer error model"). */
const DETAILS_KEY = "grpc-status-details-bin";

/** Adds the details of a status to its trailers, where gRPC sends them. */
export function writeDetails({ code, text: message, details, trailers }: FinalStatus): void {
  if (details.length === 0) return;
  trailers.set(DETAILS_KEY, new Status({ code, message, details: [...details] }).toBinary().slice());
}

/** Details that do not decode must not hide the status that they belong to. */
export function readDetails(trailers: Metadata): readonly Any[] {
  const bytes = trailers.get(DETAILS_KEY);
  if (bytes === undefined) return [];
  try {
    return Status.fromBinary(bytes).details;
  } catch {
    return [];
  }
}
