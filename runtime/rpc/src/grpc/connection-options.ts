import type { ConnectionOptions } from "../http2/connection.js";

/** What a connection may hold: the table of README ("Limits"). */
export interface ConnectionLimits {
  readonly maxMetadataBytes?: number | undefined;
  readonly maxConcurrentCalls?: number | undefined;
  readonly maxWindowBytes?: number | undefined;
}

export const DEFAULT_MAX_METADATA: number = 64 * 1024;
const DEFAULT_MAX_CALLS = 16_384;
const DEFAULT_MAX_WINDOW = 4 * 1024 * 1024;
/** What windows of streams may have in all beyond 64 KB each. */
const MAX_GROWTH = 16 * 1024 * 1024;
/** What may wait for readers on a connection. */
const MAX_UNREAD = 64 * 1024 * 1024;
/** For the fields that are not metadata: path, timeout, encodings. */
const OWN_FIELDS = 8192;
/** Of one byte each on the wire: bytes alone do not bound them. */
const MAX_FIELDS = 512;

export function connectionOptions(limits: ConnectionLimits): Omit<ConnectionOptions, "now"> {
  return {
    fields: { maxBytes: (limits.maxMetadataBytes ?? DEFAULT_MAX_METADATA) + OWN_FIELDS, maxFields: MAX_FIELDS },
    windows: { maxStream: limits.maxWindowBytes ?? DEFAULT_MAX_WINDOW, maxGrowth: MAX_GROWTH },
    maxStreams: limits.maxConcurrentCalls ?? DEFAULT_MAX_CALLS,
    maxUnread: MAX_UNREAD,
  };
}
