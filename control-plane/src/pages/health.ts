import type { Parts } from "../plane/parts.js";
import { type Page, text } from "./router.js";

/** `/healthz`: 200 once the control plane answers clients. */
export function healthPage(plane: Parts): Page {
  return (_, { pathname }) => {
    if (pathname !== "/healthz") return undefined;
    return plane.registry.isReady ? text("ok\n") : text("the store was not read yet\n", 503);
  };
}
