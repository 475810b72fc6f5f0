export { emitBootstrap, emitResources, type Resources } from "./emit/bootstrap.js";
export { canonicalJson } from "./emit/canonical-json.js";
export { checkedJson } from "./emit/check.js";
export { emitCluster, emitEndpoints } from "./emit/cluster.js";
export type { Discovery } from "./emit/discovery.js";
export { withFragment } from "./emit/fragment.js";
export { emitListener } from "./emit/listener.js";
export { emitRoutes } from "./emit/route.js";
export { emitSecrets } from "./emit/secret.js";
export { messageTypes, registry } from "./emit/typed-config.js";
export type {
  AllDecided,
  Canary,
  Cause,
  CircuitBreaker,
  Cluster,
  ControlPlane,
  Decided,
  Fragment,
  HealthCheck,
  Home,
  HttpBinding,
  Limit,
  Listener,
  Locality,
  Method,
  Model,
  OutlierDetection,
  Overload,
  Placed,
  Route,
  RoutePolicy,
  Service,
  Target,
  ZoneAware,
} from "./model/model.js";
export type { Place } from "./model/place.js";
export { type Port, portsOf } from "./model/port.js";
export {
  type AccessLog,
  type AccessLogFilter,
  type Address,
  type Auth,
  type Authorization,
  type AuthorizationOverHttp,
  type CallerKey,
  type ClientTls,
  type Compression,
  type ConnectionLimits,
  type Cors,
  compressions,
  type DnsFamily,
  dnsFamilies,
  type Endpoint,
  type EndpointLimits,
  escapedSlashesActions,
  type Fault,
  type FilterName,
  filterNames,
  type GlobalRateLimit,
  type Hash,
  type HeaderChange,
  type Headers,
  type JwtProvider,
  type Labels,
  type LoadBalancing,
  type Lvs,
  loadBalancingPolicies,
  lvsKinds,
  lvsSchedulers,
  type Mirror,
  type RateLimit,
  type RateLimitService,
  type Rest,
  type Retry,
  restStreams,
  retriable,
  type ServerTls,
  type Session,
  showAddress,
  type Tracing,
  underscoresActions,
} from "./model/terms.js";
export { checkMessage, type MessageType, type Violation } from "./validate/check-message.js";
