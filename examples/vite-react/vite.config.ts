import { connectNodeAdapter } from "@connectrpc/connect-node";
import { connectRoutes } from "@protoloom/rpc/connect";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { catalogServer } from "./server/catalog.ts";

/** `npm run dev` serves the calls beside the page, so that there is no second process and no CORS. */
const calls: Plugin = {
  name: "calls",
  configureServer({ middlewares }) {
    const answer = connectNodeAdapter({ routes: connectRoutes(catalogServer()) });
    middlewares.use((request, response, next) =>
      request.url?.startsWith("/shop.v1.") === true ? answer(request, response) : next(),
    );
  },
};

export default defineConfig({ plugins: [react(), calls], test: { environment: "jsdom" } });
