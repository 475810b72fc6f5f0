import type { Place } from "@protoloom/envoy";
import { type Check, distinct, type Finding } from "../check.js";
import type { Built } from "../plan/build.js";

export const oneOf: Check = {
  id: "one-of",
  why: "With none it would have no effect, and with two only one would be used.",
  fix: "Set exactly one.",
  find: (built) => distinct([...found(built)]),
};

function* found({ model }: Built): Iterable<Finding> {
  for (const { name, healthCheck, registered, localities } of model.clusters) {
    if (registered.value !== undefined && localities.length > 0)
      yield wrong(`cluster ${name}`, "endpoints and registered", registered.cause.place);
    const { http, tcp, service } = healthCheck.value ?? {};
    const kinds = [http !== undefined, tcp === true, service !== undefined && service !== ""];
    if (kinds.filter(Boolean).length > 1)
      yield {
        place: healthCheck.cause.place ?? "",
        text: `health_check of cluster ${name} has several of http, tcp and service`,
      };
  }
  for (const { policy, path } of model.services.flatMap(({ methods }) => methods)) {
    const { session, rateLimit, globalRateLimit } = policy;
    const { cookie, header } = session.value ?? {};
    if (session.value && (cookie === undefined) === (header === undefined))
      yield wrong(`session of ${path}`, "cookie and header", session.cause.place);
    const keys: [
      string,
      readonly { header: string | undefined; sourceIp: boolean | undefined }[],
      Place | undefined,
    ][] = [
      [`rate_limit.by of ${path}`, rateLimit.value?.by ? [rateLimit.value.by] : [], rateLimit.cause.place],
      [`global_rate_limit.by of ${path}`, globalRateLimit.value?.by ?? [], globalRateLimit.cause.place],
    ];
    for (const [of, all, place] of keys)
      if (all.some((each) => (each.header === undefined) === (each.sourceIp !== true)))
        yield wrong(of, "header and source_ip: true", place);
  }
}

function wrong(of: string, keys: string, place: Place | undefined): Finding {
  return { place: place ?? "", text: `${of} has not exactly one of ${keys}` };
}
