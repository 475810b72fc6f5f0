import type { Check } from "../check.js";

export const missingHttp2: Check = {
  id: "missing-http2",
  why: "gRPC requires HTTP/2: every call would end in a protocol error.",
  fix: "Remove `protocol: http1` from the cluster.",
  *find({ model }) {
    const used = new Set(
      model.listeners.flatMap(({ services, tracing, accessLog }) => [
        ...services.flatMap(({ targets, canaries, methods }) => [
          ...[...targets, ...canaries].map(({ cluster }) => cluster),
          ...methods.flatMap(({ policy }) => policy.mirror.value.map(({ cluster }) => cluster)),
        ]),
        ...[tracing, accessLog?.otlp].flatMap((each) => (each ? [each.cluster] : [])),
      ]),
    );
    const { authorization, rateLimitService } = model;
    if (authorization && !authorization.http) used.add(authorization.cluster);
    if (rateLimitService) used.add(rateLimitService.cluster);
    for (const { name, protocol } of model.clusters) {
      if (protocol.value === "http1" && used.has(name)) {
        yield { place: protocol.cause.place ?? "", text: `cluster ${name} serves gRPC, but is spoken to by HTTP/1.1` };
      }
    }
  },
};
