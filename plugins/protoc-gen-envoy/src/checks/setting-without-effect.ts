import type { Cluster, Decided, Listener } from "@protoloom/envoy";
import type { Check, Finding } from "../check.js";

export const settingWithoutEffect: Check = {
  id: "setting-without-effect",
  why: "It changes nothing as long as what it is about is missing.",
  fix: "Remove it, or add what it is about.",
  *find({ model }) {
    for (const listener of model.listeners) yield* ofListener(listener);
    for (const cluster of model.clusters) yield* ofCluster(cluster);
  },
};

function* ofListener({ name, place, services, transcoding, rest, compression }: Listener): Iterable<Finding> {
  if (services.length === 0) yield note(place, `listener ${name} has no services: every call to it fails`);
  if (transcoding.value) return;
  for (const each of [...Object.values(rest), compression])
    if (isSaid(each)) yield note(each.cause.place, `listener ${name} has details of REST, but no REST`);
}

function* ofCluster(cluster: Cluster): Iterable<Finding> {
  const { name, localities, registered, healthCheck, outlierDetection, spillFactor, panicThreshold } = cluster;
  if (isSaid(spillFactor) && registered.value === undefined && localities.length === 1)
    yield note(spillFactor.cause.place, `cluster ${name} has a spill_factor, but no other priority or zone`);
  if (isSaid(panicThreshold) && healthCheck.value === undefined && outlierDetection.value === undefined)
    yield note(panicThreshold.cause.place, `cluster ${name} has a panic_threshold, but nothing that finds failures`);
}

function isSaid({ value, cause }: Decided<unknown>): boolean {
  return value !== undefined && cause.place !== undefined;
}

/** Nothing breaks, and files may be shared by runs with other protos: it is told, not refused. */
function note(place: string | undefined, text: string): Finding {
  return { place: place ?? "", text, isNote: true };
}
