import type { Resource } from "../cache/resource.js";
import type { Instance } from "../gen/protoloom/registry/v1/registry_pb.js";

/** Everything that a source knows at one time. */
export interface Found {
  /** Instances that do not register themselves. They have no lease: they are there for as long as the source finds them. */
  readonly instances?: readonly Instance[] | undefined;
  /** Resources for Envoy. */
  readonly resources?: readonly Resource[] | undefined;
}

/** Gets what a source finds. */
export interface Finder {
  /** Replaces what the source found before. */
  found(found: Found): void;
  /** The source cannot be read now. What it found before stays. */
  failed(reason: string): void;
}

/** Where the control plane finds what is not registered: files, DNS; an orchestrator would be another. */
export interface Source {
  /** A name for logs and the audit log, such as `dns`. */
  readonly name: string;
  /** Reads once, then follows. Resolves after the first `found` or `failed`; rejects if the source can never be read. */
  start(finder: Finder): Promise<void>;
  /** Calls the finder no more. */
  close(): void;
}
