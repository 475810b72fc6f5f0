import type { Direction, Effect, Finding } from "../finding.js";

/** The use that the owner of a schema makes of a message: only writes it, or only reads it. */
export type Travel = "sent" | "received";

export const travels: readonly Travel[] = ["sent", "received"];

/** The team's own words on where its messages go. */
export interface Roles {
  /** Which side of an RPC is deployed first. If undefined, either may be older than the other. */
  readonly deployedFirst: "servers" | "clients" | undefined;
  /** Messages and packages, including what is in them. */
  readonly named: readonly { readonly name: string; readonly travel: Travel }[];
}

export const noRoles: Roles = { deployedFirst: undefined, named: [] };

/** The direction that data goes in, and why, as one sentence. */
export interface Course {
  readonly direction: Direction;
  readonly why: string;
}

/** The one direction in which values of a finding's message travel. Undefined if it may be any. */
export function courseOf(finding: Finding, { deployedFirst, named }: Roles): Course | undefined {
  const role = named.find(({ name }) => finding.element === name || finding.element.startsWith(`${name}.`));
  if (role?.travel === "sent") return { direction: "forward", why: `${role.name} is only sent: new data, old readers` };
  if (role !== undefined) return { direction: "backward", why: `${role.name} is only received: old data, new readers` };
  if (deployedFirst === undefined || finding.roles.length !== 1 || finding.roles[0] === "stored") return undefined;
  const [only] = finding.roles;
  const isOld = (only === "request") === (deployedFirst === "servers");
  return {
    direction: isOld ? "backward" : "forward",
    why: `only ${only}s hold it, and ${deployedFirst} are deployed first: ${isOld ? "old data, new readers" : "new data, old readers"}`,
  };
}

/** Whether an effect is one on data, which a role can rule out. Code and calls have no direction of their own. */
export function isOnData({ surface }: Effect): boolean {
  return surface !== "rpc" && surface !== "typescript";
}
