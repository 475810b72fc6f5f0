import type { ConnectionOptions } from "../http2/connection.js";

/** The limits of a connection (README, "Connections and limits"). */
export interface ConnectionLimits {
  readonly maxMetadataBytes?: number | undefined;
  readonly maxConcurrentCalls?: number | undefined;
  readonly maxWindowBytes?: number | undefined;
}

export const DEFAULT_MAX_METADATA: number = 64 * 1024;
const DEFAULT_MAX_CALLS = 16_384;
const DEFAULT_MAX_WINDOW = 4 * 1024 * 1024;
/** Maximum growth of all stream windows together, beyond 64 KB each. */
const MAX_GROWTH = 16 * 1024 * 1024;
/** Maximum number of bytes on a connection that wait for readers. */
const MAX_UNREAD = 64 * 1024 * 1024;
/** Added to the metadata limit for the other fields: path, timeout, encodings. */
const OWN_FIELDS = 8192;
/** A field can take one byte on the wire, so that the limit in bytes alone is not enough. */
const MAX_FIELDS = 512;

export function connectionOptions(limits: ConnectionLimits): Omit<ConnectionOptions, "now"> {
  return {
    fields: { maxBytes: (limits.maxMetadataBytes ?? DEFAULT_MAX_METADATA) + OWN_FIELDS, maxFields: MAX_FIELDS },
    windows: { maxStream: limits.maxWindowBytes ?? DEFAULT_MAX_WINDOW, maxGrowth: MAX_GROWTH },
    maxStreams: limits.maxConcurrentCalls ?? DEFAULT_MAX_CALLS,
    maxUnread: MAX_UNREAD,
  };
}
