import type { Approval } from "@protoloom/protoc-gen-compat";
import type { Comment } from "./host.js";

const inReply = /^[ \t]*\/protoloom approve ([0-9a-f]{16})[ \t]*(.*)$/gm;
const inLabel = /^protoloom-approve[: /]([0-9a-f]{16})$/;

/**
 * Changes that reviewers approved: by a line `/protoloom approve CHANGE REASON` in a comment by someone with write access, or
 * by a label `protoloom-approve:CHANGE`, which needs write access too.
 */
export function approvalsIn(comments: readonly Comment[], labels: readonly string[]): ReadonlyMap<string, Approval> {
  const approvals = new Map<string, Approval>();
  for (const label of labels) {
    const change = inLabel.exec(label)?.[1];
    if (change !== undefined) approvals.set(change, { by: "a label", reason: label, source: label });
  }
  for (const { body, author, isTrusted, url } of comments) {
    if (!isTrusted) continue;
    for (const [, change, reason] of body.matchAll(inReply)) {
      approvals.set(change!, { by: author, reason: reason!.trim() || "approved in review", source: url });
    }
  }
  return approvals;
}
