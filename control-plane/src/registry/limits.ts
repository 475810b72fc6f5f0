/** What bounds a registry: everything that a peer can make it keep. */
export interface Limits {
  /** Instances, of all services and namespaces. Default 100,000. */
  readonly maxInstances: number;
  /** Entries of metadata of an instance, and bytes of all their keys and values. Default 64, and 8 KiB. */
  readonly maxMetadata: number;
  readonly maxMetadataBytes: number;
  /** Milliseconds: no lease is shorter or longer. Default 1 s and 1 h. */
  readonly minTtl: number;
  readonly maxTtl: number;
}

export const defaultLimits: Limits = Object.freeze({
  maxInstances: 100_000,
  maxMetadata: 64,
  maxMetadataBytes: 8192,
  minTtl: 1000,
  maxTtl: 3_600_000,
});
