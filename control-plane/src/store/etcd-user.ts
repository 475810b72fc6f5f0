import {
  type ClientCall,
  Code,
  createClient,
  isStatusError,
  Metadata,
  type StreamCall,
  type StreamReply,
  type Transport,
  type UnaryCall,
  type UnaryReply,
} from "@protoloom/rpc";
import { Auth } from "../gen/etcdserverpb/rpc_grpc.js";
import { withEnd } from "./etcd-members.js";

const AUTHENTICATE_MS = 10_000;

/**
 * Adds the token of a user to all calls (etcd, "Authentication guide"). Etcd forgets tokens after a while, and when a member
 * starts again, and does not say so before it is shown one: the call is then made again with a new token.
 */
export class EtcdUser implements Transport {
  private readonly transport: Transport;
  private readonly authenticate: () => Promise<string>;
  private token: Promise<string> | undefined;

  constructor(transport: Transport, name: string, password: string) {
    this.transport = transport;
    const auth = createClient(Auth, transport, { deadline: AUTHENTICATE_MS, waitForReady: true, inherit: false });
    this.authenticate = async () => (await auth.authenticate({ name, password })).token;
  }

  async unary(call: UnaryCall): Promise<UnaryReply> {
    const token = this.current();
    try {
      return await this.transport.unary(withToken(call, await token));
    } catch (e) {
      if (!isOutdated(e)) throw e;
      this.forget(token);
      return this.transport.unary(withToken(call, await this.current()));
    }
  }

  /** A stream cannot be repeated, but whoever needs it begins another one. */
  async stream(call: StreamCall): Promise<StreamReply> {
    const token = this.current();
    const ended = (e: unknown): void => {
      if (isOutdated(e)) this.forget(token);
    };
    try {
      return withEnd(await this.transport.stream(withToken(call, await token)), ended);
    } catch (e) {
      ended(e);
      throw e;
    }
  }

  /** The next call gets a new token. With one that was used, only if no other has replaced it since. */
  forget(used: Promise<string> | undefined = this.token): void {
    if (this.token === used) this.token = undefined;
  }

  close(): void {
    this.transport.close();
  }

  /** All calls that need a token at one time wait for one authentication. */
  private current(): Promise<string> {
    if (this.token === undefined) {
      const token = this.authenticate().catch((e) => (isDisabled(e) ? "" : Promise.reject(e)));
      this.token = token;
      token.catch(() => this.forget(token));
    }
    return this.token;
  }
}

function withToken<C extends ClientCall>(call: C, token: string): C {
  if (token === "") return call;
  return { ...call, metadata: new Metadata(call.metadata).set("token", token) };
}

/** Etcd says "invalid auth token", "user name is empty" or "revision of auth store is old" (etcd, rpctypes). */
function isOutdated(e: unknown): boolean {
  if (!isStatusError(e)) return false;
  if (e.code === Code.Unauthenticated) return true;
  return e.code === Code.InvalidArgument && /user name is empty|auth store is old/.test(e.text);
}

/** Who has no authentication enabled yet asks for no token. */
function isDisabled(e: unknown): boolean {
  return isStatusError(e) && e.code === Code.FailedPrecondition && /not enabled/.test(e.text);
}
