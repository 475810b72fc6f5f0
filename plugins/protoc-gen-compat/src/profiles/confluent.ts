import type { Direction } from "../finding.js";
import type { Policy } from "../policy/policy.js";

/** The modes of a schema registry. Transitive modes compare with all versions, the others with the latest. */
export const modes = [
  "NONE",
  "BACKWARD",
  "BACKWARD_TRANSITIVE",
  "FORWARD",
  "FORWARD_TRANSITIVE",
  "FULL",
  "FULL_TRANSITIVE",
] as const;
/** A compatibility mode of Confluent's schema registry. */
export type Mode = (typeof modes)[number];

/** Whether a mode compares with all earlier versions instead of the latest. */
export function isTransitive(mode: Mode): boolean {
  return mode.endsWith("_TRANSITIVE");
}

/** A registry considers only data: whether one version reads what the other wrote. */
export function confluentPolicy(mode: Mode, policy: Policy): Policy {
  const directions: Record<string, readonly Direction[]> = {
    NONE: [],
    BACKWARD: ["backward"],
    FORWARD: ["forward"],
    FULL: ["backward", "forward"],
  };
  return {
    ...policy,
    surfaces: new Set(["binary"]),
    directions: new Set(directions[mode.replace("_TRANSITIVE", "")]),
  };
}
