import type { StatusJson } from "../src/gen/protoloom/registry/v1/registry_pb.js";

/** Each state has a sign and a word, so that nobody depends on its color. */
const states = {
  STATUS_HEALTHY: { sign: "✓", word: "healthy", look: "good" },
  STATUS_UNHEALTHY: { sign: "✕", word: "unhealthy", look: "bad" },
  STATUS_DRAINING: { sign: "↓", word: "draining", look: "wait" },
  STATUS_UNSPECIFIED: { sign: "·", word: "unknown", look: "quiet" },
} as const;

export function stateOf(status: StatusJson | undefined): { sign: string; word: string; look: string } {
  return states[status ?? "STATUS_UNSPECIFIED"];
}

export function Status({ status }: { readonly status: StatusJson | undefined }) {
  const { sign, word, look } = stateOf(status);
  return (
    <span class={look}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}
