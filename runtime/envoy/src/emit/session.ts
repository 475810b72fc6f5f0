import { durationFromMs } from "@protoloom/protobuf/wkt";
import { StatefulSessionPerRoute } from "../gen/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb.js";
import { CookieBasedSessionState } from "../gen/envoy/extensions/http/stateful_session/cookie/v3/cookie_pb.js";
import { HeaderBasedSessionState } from "../gen/envoy/extensions/http/stateful_session/header/v3/header_pb.js";
import type { Session } from "../model/terms.js";
import { typedConfig } from "./typed-config.js";

/** Calls that carry the name of an endpoint go there. The first answer tells it to the client. */
export function emitSession(session: Session): StatefulSessionPerRoute {
  const { strict = false } = session;
  const value = { sessionState: stateOf(session), strict };
  return new StatefulSessionPerRoute({ override: { case: "statefulSession", value } });
}

function stateOf({ cookie, ttl, header }: Session) {
  if (header !== undefined) {
    const typed = typedConfig(new HeaderBasedSessionState({ name: header }));
    return { name: "envoy.http.stateful_session.header", typedConfig: typed };
  }
  const ofCookie = { name: cookie ?? "", ttl: ttl === undefined ? undefined : durationFromMs(ttl), path: "/" };
  const typed = typedConfig(new CookieBasedSessionState({ cookie: ofCookie }));
  return { name: "envoy.http.stateful_session.cookie", typedConfig: typed };
}
