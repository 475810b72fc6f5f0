import { spawnSync } from "node:child_process";
import { InputError } from "@protoloom/protoc-gen-compat";
import { shown } from "./program.js";

/** Throws InputError unless git could bring back everything in the folder. */
export function requireClean(folder: string): void {
  const { status, stdout, error } = spawnSync("git", ["status", "--porcelain", "--", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  if (error !== undefined || status !== 0)
    throw new InputError(
      `${shown(folder)} is not in a git repository, so nothing could be taken back: --allow-dirty migrates it nevertheless`,
    );
  const [first, ...more] = stdout.split("\n").filter((line) => line !== "");
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  throw new InputError(
    `the work tree is dirty (${first.slice(3)}${others}): commit or stash first, or add --allow-dirty`,
  );
}
