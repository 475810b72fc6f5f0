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
import { extension } from "./typed-config.js";

const NAME = "envoy.transport_sockets.tls";

/** TLS from callers; with roots of client certificates, mutual TLS. ALPN tells them that HTTP/2 is spoken. */
export function emitServerTls({ certificate, key, clientCa }: ServerTls, isGrpcOnly: boolean): TransportSocket {
  const context = new DownstreamTlsContext({
    requireClientCertificate: clientCa === undefined ? undefined : true,
    commonTlsContext: {
      ...common(isGrpcOnly ? ["h2"] : ["h2", "http/1.1"], certificate, key),
      ...(clientCa === undefined ? {} : validation(clientCa, [])),
    },
  });
  return new TransportSocket(extension(NAME, context));
}

/** TLS to endpoints: the name is sent, and the certificate must have it and lead to the roots. */
export function emitClientTls(tls: ClientTls, protocol: "h2" | "http1"): TransportSocket {
  const context = new UpstreamTlsContext({
    sni: tls.serverName,
    commonTlsContext: {
      ...common([protocol === "h2" ? "h2" : "http/1.1"], tls.certificate, tls.key),
      ...validation(tls.ca, tls.names ?? [tls.serverName]),
    },
  });
  return new TransportSocket(extension(NAME, context));
}

function common(
  alpnProtocols: string[],
  certificate: string | undefined,
  key: string | undefined,
): CommonTlsContextInit {
  const file = (filename: string) => ({ specifier: { case: "filename", value: filename } }) as const;
  const certificates =
    certificate === undefined || key === undefined
      ? []
      : [{ certificateChain: file(certificate), privateKey: file(key) }];
  return {
    alpnProtocols,
    tlsCertificates: certificates,
    tlsParams: { tlsMinimumProtocolVersion: TlsProtocol.TLSv1_2 },
  };
}

function validation(ca: string, names: readonly string[]): Pick<CommonTlsContextInit, "validationContextType"> {
  return {
    validationContextType: {
      case: "validationContext",
      value: {
        trustedCa: { specifier: { case: "filename", value: ca } },
        matchTypedSubjectAltNames: names.map(sanOf),
      },
    },
  };
}

/** `spiffe://…` is a URI in a certificate, all else a DNS name. */
function sanOf(name: string): SubjectAltNameMatcherInit {
  const sanType = name.includes("://") ? SanType.URI : SanType.DNS;
  return { sanType, matcher: { matchPattern: { case: "exact", value: name } } };
}
