export { emitBootstrap, emitResources, type Resources } from "./emit/bootstrap.js";
export { checkedJson } from "./emit/check.js";
export { emitCluster, emitEndpoints } from "./emit/cluster.js";
export type { Discovery } from "./emit/discovery.js";
export { withFragment } from "./emit/fragment.js";
export { emitListener } from "./emit/listener.js";
export { emitRoutes } from "./emit/route.js";
export { emitSecrets } from "./emit/secret.js";
export { messageTypes, registry } from "./emit/typed-config.js";
export type {
  Canary,
  Cause,
  CircuitBreaker,
  Cluster,
  ControlPlane,
  Decided,
  Edge,
  Fragment,
  HealthCheck,
  HttpBinding,
  Limit,
  Listener,
  Locality,
  Method,
  Model,
  OutlierDetection,
  Route,
  RoutePolicy,
  Service,
  Target,
} from "./model/model.js";
export type { Place } from "./model/place.js";
export {
  type AccessLog,
  type Address,
  type Auth,
  type Authorization,
  type ClientTls,
  type Cors,
  type Endpoint,
  type Fault,
  type FilterName,
  filterNames,
  type Hash,
  type JwtProvider,
  type LoadBalancing,
  loadBalancingPolicies,
  type Mirror,
  type RateLimit,
  type Retry,
  retriable,
  type ServerTls,
  type Tracing,
} from "./model/terms.js";
export { checkMessage, type MessageType, type Violation } from "./validate/check-message.js";
