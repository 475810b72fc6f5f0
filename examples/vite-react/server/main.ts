import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { connectRoutes } from "@protoloom/rpc/connect";
import { catalogServer } from "./catalog.ts";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const built = join(import.meta.dirname, "../dist");

/** The calls, and what `vite build` has written. */
const answer = connectNodeAdapter({
  routes: connectRoutes(catalogServer()),
  fallback(request, response) {
    const { pathname } = new URL(request.url ?? "/", "http://localhost"); // has no ".."
    const file = join(built, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  },
});

const port = Number(process.env.PORT ?? 8080);
createServer(answer).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
