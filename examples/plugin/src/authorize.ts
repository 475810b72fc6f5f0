import { Code, type ServerInterceptor, StatusError } from "@protoloom/rpc";
import { scopes } from "./gen/shop/v1/orders_scopes.js";

const needed: ReadonlyMap<string, string> = new Map(Object.entries(scopes));

/** Refuses calls whose token does not allow what the proto says. `allowedBy` knows what a token allows. */
export function authorize(allowedBy: (token: string) => readonly string[]): ServerInterceptor {
  return async (call, next) => {
    const token = call.context.metadata.get("authorization")?.replace("Bearer ", "");
    if (token === undefined) throw new StatusError(Code.Unauthenticated, "no token");
    const scope = needed.get(call.method.path);
    if (scope === undefined || !allowedBy(token).includes(scope))
      throw new StatusError(Code.PermissionDenied, `${call.method.path} needs ${scope ?? "a scope"}`);
    return next(call);
  };
}
