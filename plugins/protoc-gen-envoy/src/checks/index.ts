import type { Place } from "@protoloom/envoy";
import type { Check } from "../check.js";
import type { Built } from "../plan/build.js";
import type { Problem } from "../problem.js";
import { ambiguousHttpRule } from "./ambiguous-http-rule.js";
import { authContradiction } from "./auth-contradiction.js";
import { backoffOrder } from "./backoff-order.js";
import { balancingWithoutHash } from "./balancing-without-hash.js";
import { callersWithoutMutualTls } from "./callers-without-mutual-tls.js";
import { canaryWithoutCondition } from "./canary-without-condition.js";
import { certificateWithoutKey } from "./certificate-without-key.js";
import { clientCertificateWithoutCa } from "./client-certificate-without-ca.js";
import { clusterAndSplit } from "./cluster-and-split.js";
import { corsCredentials } from "./cors-credentials.js";
import { danglingCluster } from "./dangling-cluster.js";
import { dnsWithoutNames } from "./dns-without-names.js";
import { duplicateAddress } from "./duplicate-address.js";
import { duplicateEndpoint } from "./duplicate-endpoint.js";
import { duplicateHost } from "./duplicate-host.js";
import { duplicateRoute } from "./duplicate-route.js";
import { envoyFragment } from "./envoy-fragment.js";
import { filterMissing } from "./filter-missing.js";
import { filterOrder } from "./filter-order.js";
import { hashOfNothing } from "./hash-of-nothing.js";
import { hashWithoutBalancing } from "./hash-without-balancing.js";
import { healthCheckHttp1 } from "./health-check-http1.js";
import { healthCheckOverlap } from "./health-check-overlap.js";
import { healthCheckPort } from "./health-check-port.js";
import { idleBeforeTimeout } from "./idle-before-timeout.js";
import { invalidHttpRule } from "./invalid-http-rule.js";
import { jwksProtocol } from "./jwks-protocol.js";
import { jwksWithoutCluster } from "./jwks-without-cluster.js";
import { listenerAddress } from "./listener-address.js";
import { lvsAddress } from "./lvs-address.js";
import { mirrorNotIdempotent } from "./mirror-not-idempotent.js";
import { missingHttp2 } from "./missing-http2.js";
import { noEndpoints } from "./no-endpoints.js";
import { oneOf } from "./one-of.js";
import { perTryTimeout } from "./per-try-timeout.js";
import { priorityGap } from "./priority-gap.js";
import { priorityWithoutHealth } from "./priority-without-health.js";
import { rateLimitService } from "./rate-limit-service.js";
import { reservedName } from "./reserved-name.js";
import { retryNotIdempotent } from "./retry-not-idempotent.js";
import { retryOnStreaming } from "./retry-on-streaming.js";
import { retryWithoutEffect } from "./retry-without-effect.js";
import { settingWithoutEffect } from "./setting-without-effect.js";
import { shadowedRoute } from "./shadowed-route.js";
import { sharedPort } from "./shared-port.js";
import { transcodingWithoutRules } from "./transcoding-without-rules.js";
import { unknownJwtProvider } from "./unknown-jwt-provider.js";
import { unknownMethod } from "./unknown-method.js";
import { unknownService } from "./unknown-service.js";
import { unknownSubset } from "./unknown-subset.js";
import { unknownZone } from "./unknown-zone.js";
import { unroutedService } from "./unrouted-service.js";
import { weightSum } from "./weight-sum.js";
import { zoneAwareWithoutZone } from "./zone-aware-without-zone.js";

/** All checks, in the order of their names. */
export const checks: readonly Check[] = [
  ambiguousHttpRule,
  authContradiction,
  backoffOrder,
  balancingWithoutHash,
  callersWithoutMutualTls,
  canaryWithoutCondition,
  certificateWithoutKey,
  clientCertificateWithoutCa,
  clusterAndSplit,
  corsCredentials,
  danglingCluster,
  dnsWithoutNames,
  duplicateAddress,
  duplicateEndpoint,
  duplicateHost,
  duplicateRoute,
  envoyFragment,
  filterMissing,
  filterOrder,
  hashOfNothing,
  hashWithoutBalancing,
  healthCheckHttp1,
  healthCheckOverlap,
  healthCheckPort,
  idleBeforeTimeout,
  invalidHttpRule,
  jwksProtocol,
  jwksWithoutCluster,
  listenerAddress,
  lvsAddress,
  mirrorNotIdempotent,
  missingHttp2,
  noEndpoints,
  oneOf,
  perTryTimeout,
  priorityGap,
  priorityWithoutHealth,
  rateLimitService,
  reservedName,
  retryNotIdempotent,
  retryOnStreaming,
  retryWithoutEffect,
  settingWithoutEffect,
  shadowedRoute,
  sharedPort,
  transcodingWithoutRules,
  unknownJwtProvider,
  unknownMethod,
  unknownService,
  unknownSubset,
  unknownZone,
  unroutedService,
  weightSum,
  zoneAwareWithoutZone,
];

/** All that is wrong with a model; nothing of what was wrong already when it was read. */
export function checkModel(built: Built, isKnown: (place: Place) => boolean): Problem[] {
  return checks.flatMap(({ id, why, fix, find }) =>
    [...find(built)].filter(({ place }) => !isKnown(place)).map((finding) => ({ check: id, why, fix, ...finding })),
  );
}
