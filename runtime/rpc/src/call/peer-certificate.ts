/** The verified certificate that a client has shown (mutual TLS), by the names that it carries (RFC 5280, section 4.2.1.6). */
export interface PeerCertificate {
  /** The common name of the subject; empty where it has none. */
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** URIs; a SPIFFE id is one of them: `spiffe://shop.example/orders`. */
  readonly uris: readonly string[];
}
