import { isIP } from "node:net";
import { TransportSocket } from "../gen/envoy/config/core/v3/base_pb.js";
import {
  SubjectAltNameMatcher_SanType as SanType,
  type SubjectAltNameMatcherInit,
  TlsParameters_TlsProtocol as TlsProtocol,
} from "../gen/envoy/extensions/transport_sockets/tls/v3/common_pb.js";
import {
  type CommonTlsContextInit,
  DownstreamTlsContext,
  UpstreamTlsContext,
} from "../gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import type { ClientTls, ServerTls } from "../model/terms.js";
import type { Discovery } from "./discovery.js";
import { secretConfig } from "./secret.js";
import { extension } from "./typed-config.js";

const NAME = "envoy.transport_sockets.tls";

/** TLS for callers, or mutual TLS with roots for client certificates. ALPN announces HTTP/2. */
export function emitServerTls(tls: ServerTls, isGrpcOnly: boolean, discovery: Discovery): TransportSocket {
  const { clientCa, clientCertificate } = tls;
  const context = new DownstreamTlsContext({
    requireClientCertificate: clientCa === undefined ? undefined : clientCertificate !== "optional",
    commonTlsContext: {
      ...common(isGrpcOnly ? ["h2"] : ["h2", "http/1.1"], tls, discovery),
      ...(clientCa === undefined ? {} : validation(clientCa, [], discovery)),
    },
  });
  return new TransportSocket(extension(NAME, context));
}

/** TLS to endpoints. The server name is sent, and the certificate must match it and chain to the roots. */
export function emitClientTls(tls: ClientTls, protocol: "h2" | "http1", discovery: Discovery): TransportSocket {
  const context = new UpstreamTlsContext({
    sni: isIP(tls.serverName) === 0 ? tls.serverName : "", // RFC 6066, section 3: no addresses
    commonTlsContext: {
      ...common([protocol === "h2" ? "h2" : "http/1.1"], tls, discovery),
      ...validation(tls.ca, tls.names ?? [tls.serverName], discovery),
    },
  });
  return new TransportSocket(extension(NAME, context));
}

function common(
  alpnProtocols: string[],
  { certificate, key }: Pick<ClientTls, "certificate" | "key">,
  discovery: Discovery,
): CommonTlsContextInit {
  const has = certificate !== undefined && key !== undefined;
  return {
    alpnProtocols,
    tlsCertificateSdsSecretConfigs: has ? [secretConfig({ certificate, key }, discovery)] : [],
    tlsParams: { tlsMinimumProtocolVersion: TlsProtocol.TLSv1_2 },
  };
}

function validation(
  ca: string,
  names: readonly string[],
  discovery: Discovery,
): Pick<CommonTlsContextInit, "validationContextType"> {
  const value = {
    defaultValidationContext: { matchTypedSubjectAltNames: names.map(sanOf) },
    validationContextSdsSecretConfig: secretConfig({ ca }, discovery),
  };
  return { validationContextType: { case: "combinedValidationContext", value } };
}

/** The kind of name in a certificate: `spiffe://…` is a URI, an IP address an address, anything else a DNS name. */
function sanOf(name: string): SubjectAltNameMatcherInit {
  const sanType = name.includes("://") ? SanType.URI : isIP(name) === 0 ? SanType.DNS : SanType.IP_ADDRESS;
  return { sanType, matcher: { matchPattern: { case: "exact", value: name } } };
}
