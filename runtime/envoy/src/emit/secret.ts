import { dirname } from "node:path/posix";
import type {
  CertificateValidationContextInit,
  TlsCertificateInit,
} from "../gen/envoy/extensions/transport_sockets/tls/v3/common_pb.js";
import { type SdsSecretConfigInit, Secret } from "../gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import type { Model } from "../model/model.js";
import type { ClientTls, ServerTls } from "../model/terms.js";
import { configSource, type Discovery } from "./discovery.js";

/** A certificate with its key, or root certificates: files on the machine that runs Envoy. */
export type SecretFiles = { readonly certificate: string; readonly key: string } | { readonly ca: string };

/**
 * The certificates and roots of a model, delivered by SDS. Envoy then reloads them when their folder changes. A file named
 * directly in a listener or cluster is read only once (envoy#10387).
 */
export function emitSecrets({ listeners, clusters }: Pick<Model, "listeners" | "clusters">): Secret[] {
  const all = [...listeners, ...clusters].flatMap(({ tls }) => (tls ? secretsOf(tls) : []));
  return [...new Map(all.map((files) => [nameOf(files), secretOf(files)])).values()];
}

function secretsOf(tls: ServerTls | ClientTls): SecretFiles[] {
  const { certificate, key } = tls;
  const ca = "ca" in tls ? tls.ca : tls.clientCa;
  const own = certificate === undefined || key === undefined ? [] : [{ certificate, key }];
  return [...own, ...(ca === undefined ? [] : [{ ca }])];
}

function secretOf(files: SecretFiles): Secret {
  const name = nameOf(files);
  if ("ca" in files) {
    const value: CertificateValidationContextInit = { trustedCa: file(files.ca), watchedDirectory: folderOf(files.ca) };
    return new Secret({ name, type: { case: "validationContext", value } });
  }
  const { certificate, key } = files;
  const value: TlsCertificateInit = {
    certificateChain: file(certificate),
    privateKey: file(key),
    watchedDirectory: folderOf(certificate),
  };
  return new Secret({ name, type: { case: "tlsCertificate", value } });
}

/** Where a TLS context finds a secret. */
export function secretConfig(files: SecretFiles, discovery: Discovery): SdsSecretConfigInit {
  const name = nameOf(files);
  return { name, sdsConfig: configSource(discovery, `secrets/${name}`) };
}

/** A unique file name for a path. */
function nameOf(files: SecretFiles): string {
  return ("ca" in files ? files.ca : files.certificate).replaceAll("_", "__").replaceAll("/", "_");
}

function file(filename: string) {
  return { specifier: { case: "filename", value: filename } } as const;
}

function folderOf(path: string) {
  return { path: dirname(path) };
}
