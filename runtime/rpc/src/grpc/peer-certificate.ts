import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { PeerCertificate } from "../call/peer-certificate.js";

/** The peer's verified certificate, if any. */
export function peerCertificateOf(socket: Socket | undefined): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject, subjectaltname = "" } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const names = [...subjectaltname.matchAll(ALTERNATIVE)].map(([, kind, value]) => ({ kind, value: unquoted(value!) }));
  const valuesOf = (wanted: string): string[] => names.flatMap(({ kind, value }) => (kind === wanted ? [value] : []));
  return { commonName: [subject.CN ?? ""].flat()[0]!, dnsNames: valuesOf("DNS"), uris: valuesOf("URI") };
}

/** Node writes a name with a comma or a quote as a JSON string, so that one name cannot be mistaken for two. */
const ALTERNATIVE = /(?:^|, )(DNS|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g;

function unquoted(value: string): string {
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}
