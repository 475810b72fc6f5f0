import type { AdminServiceHandlers } from "../gen/protoloom/admin/v1/admin_grpc.js";
import { type Access, namespaceFor } from "../registry/access.js";
import { type Shown, watchOverview } from "./watch-overview.js";

/** The handlers of protoloom.admin.v1.AdminService. */
export function adminService(shown: Shown, access: Access): AdminServiceHandlers {
  return {
    watchOverview({ namespace, search }, context) {
      const actor = access.actorOf(context);
      const part = { namespace: namespaceFor(actor, namespace), search };
      return watchOverview(shown, actor, part, AbortSignal.any([context.signal, context.draining]));
    },
  };
}
