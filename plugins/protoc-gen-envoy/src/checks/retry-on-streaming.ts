import type { Check } from "../check.js";
import { own } from "../plan/own.js";

export const retryOnStreaming: Check = {
  id: "retry-on-streaming",
  why: "What was sent and received is gone: a proxy cannot begin a stream again.",
  fix: "Do not retry it here; let the caller begin again where it was.",
  *find(built) {
    for (const { method, place, isNote } of own(built, "retry")) {
      if (method.isStreaming) yield { place, isNote, text: `retry of ${method.path}, which is streaming` };
    }
  },
};
