import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Page, text } from "./router.js";

/** The files of the web page, bundled beside this module. */
const files: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/page.js": { file: "page.js", type: "text/javascript; charset=utf-8" },
  "/page.css": { file: "page.css", type: "text/css; charset=utf-8" },
};

/**
 * The page runs its own script and talks to its own origin, and nothing else. It can set no text as HTML: the browser
 * refuses that to all scripts (Trusted Types).
 */
const security: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** The web page. It holds no data: it asks for them with the token that its reader enters. */
export function webPage(): Page {
  const loaded = new Map<string, { body: string; headers: Record<string, string> }>();
  return (request, { pathname }) => {
    if (!Object.hasOwn(files, pathname)) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") return text("use GET\n", 405);
    let page = loaded.get(pathname);
    if (page === undefined) {
      page = load(files[pathname]!);
      loaded.set(pathname, page);
    }
    const { body, headers } = page;
    if (request.headers.get("if-none-match") === headers.etag) return new Response(null, { status: 304, headers });
    return new Response(body, { headers });
  };
}

function load({ file, type }: (typeof files)[string]): { body: string; headers: Record<string, string> } {
  const body = readFileSync(new URL(`../page/${file}`, import.meta.url), "utf8");
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
  return { body, headers: { ...security, "content-type": type, "cache-control": "no-cache", etag } };
}
