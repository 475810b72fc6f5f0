import { timingSafeEqual } from "node:crypto";
import { Code, type Context, StatusError } from "@protoloom/rpc";
import { DEFAULT_NAMESPACE } from "./instance-key.js";

/** The rights of a caller, identified by a token or by a name in its certificate. */
export interface Grant {
  /** Shown in the audit log. */
  readonly name: string;
  /** The bearer token that identifies the caller. */
  readonly token?: string | undefined;
  /** A name in the certificate: `spiffe://shop.example/orders`, `orders.shop` or the common name. */
  readonly certificate?: string | undefined;
  /** The first is the default. `*` means all. */
  readonly namespaces: readonly string[];
  /** Whether it may read, but not change. */
  readonly readOnly?: boolean | undefined;
}

/** An authenticated caller. */
export interface Actor {
  /** The name of the grant, or the peer's address without grants. Shown in the audit log. */
  readonly name: string;
  /** The namespaces that it may use. The first is the default; `*` means all. */
  readonly namespaces: readonly string[];
  /** Whether it may read, but not change. */
  readonly readOnly: boolean;
}

/** The credentials of a caller: a token, and the names in its certificate. */
export interface Credentials {
  readonly token: string | undefined;
  readonly names: readonly string[];
  readonly peer: string;
}

/** Identifies callers by their credentials. Without grants, everyone may do everything. */
export class Access {
  private readonly grants: readonly Grant[];

  constructor(grants: readonly Grant[] = []) {
    this.grants = grants;
  }

  /** Throws UNAUTHENTICATED for an unknown caller. */
  actor({ token, names, peer }: Credentials): Actor {
    if (this.grants.length === 0) return { name: peer, namespaces: ["*"], readOnly: false };
    const grant = this.grants.find((each) => holds(each, token, names));
    if (grant === undefined) {
      const text = token === undefined ? "a token or a client certificate is needed" : "the token is not known";
      throw new StatusError(Code.Unauthenticated, text);
    }
    return { name: grant.name, namespaces: grant.namespaces, readOnly: grant.readOnly ?? false };
  }

  /** The caller of a gRPC call, by its `authorization` metadata and its certificate. Throws UNAUTHENTICATED. */
  actorOf(context: Context): Actor {
    return this.actor(credentialsOf(context));
  }
}

/** The namespace of a call: the one that it names, or the actor's default. Throws PERMISSION_DENIED for any other. */
export function namespaceFor({ name, namespaces }: Actor, wanted: string): string {
  const isAny = namespaces.includes("*");
  const namespace = wanted || (isAny ? DEFAULT_NAMESPACE : (namespaces[0] ?? DEFAULT_NAMESPACE));
  if (isAny || namespaces.includes(namespace)) return namespace;
  throw new StatusError(Code.PermissionDenied, `${name} may not use the namespace ${namespace}`);
}

/** Throws PERMISSION_DENIED for an actor with read-only access. */
export function mayChange(actor: Actor): void {
  if (actor.readOnly) throw new StatusError(Code.PermissionDenied, `${actor.name} may look, but not change anything`);
}

function credentialsOf({ metadata, certificate, peer }: Context): Credentials {
  const names = certificate ? [...certificate.uris, ...certificate.dnsNames, certificate.commonName] : [];
  return { token: bearer(metadata.get("authorization")), names, peer };
}

/** `Bearer …` (RFC 6750, section 2.1). */
export function bearer(header: string | null | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}

function holds({ token, certificate }: Grant, shown: string | undefined, names: readonly string[]): boolean {
  if (token !== undefined && shown !== undefined && same(token, shown)) return true;
  return certificate !== undefined && names.includes(certificate);
}

/** Compares in constant time. */
function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
