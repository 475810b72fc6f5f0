import type { Check } from "../check.js";
import { own } from "../plan/own.js";

export const retryOnStreaming: Check = {
  id: "retry-on-streaming",
  why: "Messages already sent and received are gone: a proxy cannot restart a stream.",
  fix: "Do not retry it here; let the caller resume the stream.",
  *find(built) {
    for (const { method, place, isNote } of own(built, "retry")) {
      if (method.isStreaming) yield { place, isNote, text: `retry of ${method.path}, which is streaming` };
    }
  },
};
