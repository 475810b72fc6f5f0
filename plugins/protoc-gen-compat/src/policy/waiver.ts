import type { Finding } from "../finding.js";

/** A deliberate break: by whom, why, and until when. */
export interface Waiver {
  readonly element: string;
  readonly rule: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it applies, as YYYY-MM-DD. */
  readonly expires: string;
  /** The fingerprint of the change that it is bound to, if any. */
  readonly change?: string;
  /** Where it is written. */
  readonly source: string;
  /** How to find it there: its index in a compat.yaml, or its text in a comment of a proto. */
  readonly origin: { readonly index: number } | { readonly file: string; readonly comment: string };
}

export function nameOfWaiver({ rule, element, source }: Waiver): string {
  return `waiver of ${rule} for ${element} (${source})`;
}

/** Whether it applies to this finding, regardless of the day. */
export function covers(waiver: Waiver, finding: Finding): boolean {
  return (
    waiver.element === finding.element &&
    waiver.rule === finding.rule &&
    (waiver.change === undefined || waiver.change === fingerprint(finding))
  );
}

/** The fingerprint of a change, independent of its position in the file (FNV-1a). */
export function fingerprint(finding: Finding): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of `${finding.rule}\n${finding.element}\n${finding.text}`) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(char.codePointAt(0)!)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/**
 * Waivers in comments of the proto, on the element or, if it was removed, on its parent:
 *
 *     // compat-allow: field-removed shop.v1.Order.author until 2026-12-31 by shop-team: nobody wrote it
 */
export function waiversInComment(comment: string, source: string, file: string): (Waiver | { problem: string })[] {
  return comment.split("\n").flatMap((line): (Waiver | { problem: string })[] => {
    const at = line.indexOf("compat-allow:");
    if (at < 0) return [];
    const text = line.slice(at + "compat-allow:".length).trim();
    const match = /^(\S+) (\S+) until (\d{4}-\d\d-\d\d) by ([^:]+): (.+)$/.exec(text);
    if (match === null) {
      return [
        {
          problem: `${source}: expected "compat-allow: RULE ELEMENT until YYYY-MM-DD by OWNER: REASON", got ${JSON.stringify(text)}`,
        },
      ];
    }
    const [, rule, element, expires, owner, reason] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return [{ element, rule, expires, owner: owner.trim(), reason, source, origin: { file, comment: text } }];
  });
}
