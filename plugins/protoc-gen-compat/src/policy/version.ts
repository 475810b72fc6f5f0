import { InputError } from "../input-error.js";
import type { Judgement } from "./policy.js";

/** The version of the baseline, and the next version that the change requires. */
export interface Versions {
  readonly current: string;
  readonly next: string;
}

/** Semantic Versioning 2.0.0. Below 1.0.0, a break increments the minor number and a feature the patch number. Throws InputError. */
export function versionsAfter(current: string, bump: Judgement["bump"]): Versions {
  const match = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/.exec(current);
  if (match === null) throw new InputError(`invalid version ${JSON.stringify(current)}: expected one like 1.4.2`);
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  const steps = { major: 0, minor: 1, patch: 2, none: 3 };
  const step = major === 0 && steps[bump] < 2 ? steps[bump] + 1 : steps[bump];
  const next = [
    [major + 1, 0, 0],
    [major, minor + 1, 0],
    [major, minor, patch + 1],
    [major, minor, patch],
  ][step]!;
  return { current: `${major}.${minor}.${patch}`, next: next.join(".") };
}

/** The version in a baseline such as tag:v1.4.2 or @acme/protos@1.4.2. Undefined if there is none. */
export function versionOfBaseline(baseline: string): string | undefined {
  return /^(?:tag:.*?|(?:npm:)?(?:@[\w.-]+\/)?[\w.-]+@)(\d+\.\d+\.\d+)$/.exec(baseline)?.[1];
}
