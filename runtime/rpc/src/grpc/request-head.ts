import type { ServedMethod } from "../call/served-method.js";
import type { Fields } from "../http2/fields.js";
import type { CallHandler } from "../transport/listener.js";
import { isSupported } from "./compression.js";
import { isGrpc } from "./content-type.js";
import { sizeOfCustomFields } from "./metadata-fields.js";

/** The facts that a server needs about the fields of a request, derived once for all requests that share them. */
export class RequestHead {
  readonly isGrpc: boolean;
  /** The method that the server has at this path, if any. */
  readonly served: ServedMethod | undefined;
  readonly metadataBytes: number;
  readonly encoding: string | undefined;
  readonly isSupported: boolean;
  readonly acceptedEncodings: string | undefined;

  private constructor(fields: Fields, handler: CallHandler) {
    this.isGrpc = fields.method === "POST" && isGrpc(fields.get("content-type"));
    this.served = this.isGrpc ? handler.find(fields.path!) : undefined;
    this.metadataBytes = fields.isTooLarge ? Number.POSITIVE_INFINITY : sizeOfCustomFields(fields);
    this.encoding = fields.get("grpc-encoding");
    this.isSupported = this.encoding === undefined || isSupported(this.encoding);
    this.acceptedEncodings = fields.get("grpc-accept-encoding");
  }

  static of(fields: Fields, handler: CallHandler): RequestHead {
    const shared = addsOnlyTimeout(fields) ? fields.prefix! : fields;
    if (shared.derived instanceof RequestHead) return shared.derived;
    const head = new RequestHead(shared, handler);
    if (head.served !== undefined) shared.derived = head; // a missing method may be added later
    return head;
  }
}

/** A timeout is the only field that differs between most calls of a method. */
function addsOnlyTimeout({ prefix, list, isTooLarge }: Fields): boolean {
  if (prefix === undefined || isTooLarge || prefix.path === undefined) return false;
  const { length } = prefix.list;
  return list.length === length + 1 && list[length]!.name === "grpc-timeout";
}
