import type { ServiceOverviewJson } from "../src/gen/protoloom/admin/v1/admin_pb.js";

/** The share of each version in percent. Shares are whole numbers and add up to 100. */
export type Split = Readonly<Record<string, number>>;

/** The versions that receive calls, or could. */
export function versionsOf({ summary, policy }: ServiceOverviewJson): string[] {
  const governed = (policy?.split ?? []).map(({ version = "" }) => version);
  return [...new Set([...(summary?.versions ?? []), ...governed])].filter((version) => version !== "").sort();
}

/** The split in force: that of the policy, or that of the instances. */
export function splitOf(service: ServiceOverviewJson): Split {
  const versions = versionsOf(service);
  const weights = new Map(versions.map((version) => [version, 0]));
  const add = (version = "", weight = 0): void => void weights.set(version, (weights.get(version) ?? 0) + weight);
  const governed = service.policy?.split ?? [];
  if (governed.length > 0) for (const { version, weight } of governed) add(version, weight);
  else for (const { instance } of service.instances ?? []) add(instance?.version, instance?.weight ?? 1);
  return shares(new Map(versions.map((version) => [version, weights.get(version) ?? 0])));
}

/** Sets the share of one version, and lets the others share the rest as before. */
export function withShare(split: Split, version: string, share: number): Split {
  const others = Object.entries(split).filter(([name]) => name !== version);
  const rest = shares(new Map(others), 100 - share);
  return Object.fromEntries(Object.keys(split).map((name) => [name, name === version ? share : (rest[name] ?? 0)]));
}

export function isEqual(a: Split, b: Split): boolean {
  return Object.keys({ ...a, ...b }).every((version) => a[version] === b[version]);
}

/** Rounds to whole numbers that add up to `total`: the largest remainders are rounded up. Alike if all weights are 0. */
function shares(weights: ReadonlyMap<string, number>, total = 100): Split {
  const sum = [...weights.values()].reduce((all, weight) => all + weight, 0);
  const exact = [...weights].map(([version, weight]) => ({
    version,
    share: sum === 0 ? total / weights.size : (total * weight) / sum,
  }));
  const left = total - exact.reduce((all, { share }) => all + Math.floor(share), 0);
  const byRemainder = [...exact].sort((a, b) => (b.share % 1) - (a.share % 1));
  const raised = new Set(byRemainder.slice(0, Math.round(left)).map(({ version }) => version));
  return Object.fromEntries(
    exact.map(({ version, share }) => [version, Math.floor(share) + (raised.has(version) ? 1 : 0)]),
  );
}
