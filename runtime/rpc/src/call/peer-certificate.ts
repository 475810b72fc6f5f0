/** The names in a client's verified certificate (mutual TLS; RFC 5280, section 4.2.1.6). */
export interface PeerCertificate {
  /** The common name of the subject; empty if it has none. */
  readonly commonName: string;
  /** The DNS names among the subject alternative names. */
  readonly dnsNames: readonly string[];
  /** URIs, including SPIFFE ids such as `spiffe://shop.example/orders`. */
  readonly uris: readonly string[];
}
