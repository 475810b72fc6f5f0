import type { ServedMethod } from "../call/served-method.js";
import type { Fields } from "../http2/fields.js";
import type { CallHandler } from "../transport/listener.js";
import { isSupported } from "./compression.js";
import { isGrpc } from "./content-type.js";
import { sizeOfCustomFields } from "./metadata-fields.js";

/** What a server needs to know about the fields of a request, worked out once for all requests that share them. */
export class RequestHead {
  readonly isGrpc: boolean;
  /** The method that the server has at this path, if any. */
  readonly served: ServedMethod | undefined;
  readonly metadataBytes: number;
  readonly timeout: string | undefined;
  readonly encoding: string | undefined;
  readonly isSupported: boolean;
  readonly acceptedEncodings: string | undefined;

  private constructor(fields: Fields, handler: CallHandler) {
    this.isGrpc = fields.method === "POST" && isGrpc(fields.get("content-type"));
    this.served = this.isGrpc ? handler.find(fields.path!) : undefined;
    this.metadataBytes = fields.isTooLarge ? Number.POSITIVE_INFINITY : sizeOfCustomFields(fields);
    this.timeout = fields.get("grpc-timeout");
    this.encoding = fields.get("grpc-encoding");
    this.isSupported = this.encoding === undefined || isSupported(this.encoding);
    this.acceptedEncodings = fields.get("grpc-accept-encoding");
  }

  static of(fields: Fields, handler: CallHandler): RequestHead {
    if (fields.derived instanceof RequestHead) return fields.derived;
    const head = new RequestHead(fields, handler);
    if (head.served !== undefined) fields.derived = head; // a missing method may be added later
    return head;
  }
}
