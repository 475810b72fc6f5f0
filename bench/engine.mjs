import { nodeVersion, provisionNode } from "../scripts/engines.mjs";

/** The engine of this process. `hasBars` says whether the bars must hold on an engine. */
export const thisEngine = { name: `Node ${process.versions.node}`, binary: process.execPath, hasBars: true };

/** A Node by the name of its version, as --node takes it; installed if it is missing. */
export function engineOf(name) {
  const version = nodeVersion(name);
  if (version === undefined) {
    throw new Error(`invalid option "--node ${name}": expected 24, 26, oldest, newest or a version`);
  }
  return { name: `Node ${version}`, binary: provisionNode(version), hasBars: true };
}
