/** The limits of a registry. They bound everything that a peer can make it store. */
export interface Limits {
  /** Instances across all services and namespaces. Default 100,000. */
  readonly maxInstances: number;
  /** Metadata entries of an instance, and the total bytes of their keys and values. Default 64, and 8 KiB. */
  readonly maxMetadata: number;
  /** Total bytes of the keys and values of an instance's metadata. Default 8 KiB. */
  readonly maxMetadataBytes: number;
  /** The shortest and the longest lease, in milliseconds. Default 1 s and 1 h. */
  readonly minTtl: number;
  /** The longest lease in milliseconds. Default 1 h. */
  readonly maxTtl: number;
}

/** The limits unless others are given. */
export const defaultLimits: Limits = Object.freeze({
  maxInstances: 100_000,
  maxMetadata: 64,
  maxMetadataBytes: 8192,
  minTtl: 1000,
  maxTtl: 3_600_000,
});
