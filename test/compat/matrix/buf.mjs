/** The findings of `buf breaking` on the corpus. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../../../scripts/run.mjs";
import { caseOf, note } from "./score.mjs";

/** Rules of WIRE for binary, of WIRE_JSON for JSON, and those about services for RPC. */
export function bufFindings(images) {
  const found = {};
  const serviceRules = [
    "SERVICE_NO_DELETE",
    "RPC_NO_DELETE",
    "RPC_SAME_CLIENT_STREAMING",
    "RPC_SAME_SERVER_STREAMING",
    "RPC_SAME_REQUEST_TYPE",
    "RPC_SAME_RESPONSE_TYPE",
  ];
  for (const [surface, use] of [
    ["binary", ["WIRE"]],
    ["json", ["WIRE_JSON"]],
    ["rpc", serviceRules],
  ]) {
    const config = JSON.stringify({ version: "v2", breaking: { use } });
    const args = [
      join(root, "node_modules/@bufbuild/buf/bin/buf"),
      "breaking",
      images.after,
      "--against",
      images.before,
      "--config",
      config,
      "--error-format",
      "json",
    ];
    const result = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 });
    if (result.status !== 100 && result.status !== 0) throw new Error(`buf breaking: ${result.stderr}`);
    for (const line of result.stdout.split("\n").filter(Boolean)) {
      const { path, type } = JSON.parse(line);
      const id = path === undefined ? undefined : caseOf(path);
      if (id !== undefined) note(found, id, surface, "backward", type);
    }
  }
  return found;
}
