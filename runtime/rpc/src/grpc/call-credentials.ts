import { Code, codeName } from "../call/code.js";
import { atDeadline } from "../call/deadline.js";
import { followSignal } from "../call/followed-signal.js";
import { Metadata, type MetadataInit } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { cancelledError, isStatusError, localError, type StatusError } from "../call/status-error.js";
import type {
  ClientCall,
  StreamCall,
  StreamReply,
  Transport,
  UnaryCall,
  UnaryReceiver,
  UnaryReply,
} from "../transport/transport.js";

/** The call that needs credentials. */
export interface CredentialsRequest {
  /** `https://shop:8443/shop.v1.Orders`: the audience of a token. A port of 443 is left out. */
  readonly serviceUrl: string;
  /** The method that is called. */
  readonly method: Method;
  /** Aborts when the caller cancels. */
  readonly signal: AbortSignal | undefined;
}

type Give = (request: CredentialsRequest) => MetadataInit | Promise<MetadataInit>;

/** Credentials of calls, made by `callCredentials`. Clients that have none do not bring the code for them. */
export interface CallCredentials {
  /** A transport whose calls are authorized. `authority` is that of the calls. */
  authorize(transport: Transport, authority: string): Transport;
}

/**
 * Credentials for `grpcTransport` from a function that gives the metadata which authorizes a call, such as a token. It is
 * asked for every attempt of every call, whose deadline and signal hold meanwhile. If it throws, the call fails with
 * UNAUTHENTICATED, or with the code of its StatusError.
 *
 * @example
 * const credentials = callCredentials(async ({ serviceUrl }) => ({
 *   authorization: `Bearer ${await tokens.for(serviceUrl)}`,
 * }));
 * const transport = grpcTransport({ address: "shop:443", tls: true, callCredentials: credentials });
 */
export function callCredentials(give: Give): CallCredentials {
  return { authorize: (transport, authority) => new AuthorizedTransport(transport, give, authority) };
}

/** Adds credentials to the calls of a transport. */
class AuthorizedTransport implements Transport {
  readonly #transport: Transport;
  readonly #give: Give;
  readonly #url: string;

  constructor(transport: Transport, give: Give, authority: string) {
    this.#transport = transport;
    this.#give = give;
    this.#url = `https://${authority.replace(/:443$/, "")}`;
  }

  async unary(call: UnaryCall): Promise<UnaryReply> {
    return this.#transport.unary({ ...call, metadata: await this.#authorize(call) });
  }

  startUnary(call: UnaryCall, receiver: UnaryReceiver): void {
    this.unary(call).then(
      (reply) => receiver.succeed(reply),
      (e) => receiver.fail(() => e),
    );
  }

  async stream(call: StreamCall): Promise<StreamReply> {
    return this.#transport.stream({ ...call, metadata: await this.#authorize(call) });
  }

  close(): void {
    this.#transport.close();
  }

  /** The metadata of the call with that of its credentials. Rejects with a StatusError. */
  #authorize(call: ClientCall): Promise<Metadata> {
    const { method, signal, deadline } = call;
    const { path } = method;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw cancelledError(path, signal.reason);
      const following = signal && followSignal(signal, { onAbort: (reason) => fail(cancelledError(path, reason)) });
      const expire = (): void => fail(localError(path, Code.DeadlineExceeded, "the deadline is over"));
      const disarm = deadline === undefined ? undefined : atDeadline(deadline, expire);
      const end = (): void => {
        following?.leave();
        disarm?.();
      };
      const fail = (error: StatusError): void => {
        end();
        reject(error);
      };
      this.#ask(call).then(
        (metadata) => {
          end();
          resolve(metadata);
        },
        (e) => fail(refused(path, e)),
      );
    });
  }

  async #ask({ method, signal, metadata }: ClientCall): Promise<Metadata> {
    const serviceUrl = this.#url + method.path.slice(0, method.path.lastIndexOf("/"));
    const given = await this.#give({ serviceUrl, method, signal });
    return new Metadata(metadata).merge(new Metadata(given));
  }
}

/** Whether only servers may give this code (gRPC proposal A54). */
function isOfServers(code: Code): boolean {
  const codes: readonly Code[] = [
    ...[Code.Ok, Code.InvalidArgument, Code.NotFound, Code.AlreadyExists, Code.FailedPrecondition, Code.Aborted],
    ...[Code.OutOfRange, Code.DataLoss],
  ];
  return codes.includes(code);
}

/** gRPC, "Status codes and their use": "Incorrect Auth metadata". */
function refused(path: string, thrown: unknown): StatusError {
  const code = isStatusError(thrown) ? thrown.code : Code.Unauthenticated;
  const text = isStatusError(thrown) ? thrown.text : ((thrown as Error)?.message ?? String(thrown));
  if (!isOfServers(code)) return localError(path, code, `no call credentials: ${text}`, thrown);
  return localError(path, Code.Internal, `call credentials failed with ${codeName(code)}: ${text}`, thrown);
}
