import { isIP } from "node:net";
import type { Pages } from "@protoloom/rpc";

/** A page. Returns undefined for a request that it does not handle. */
export type Page = (request: Request, url: URL, peer: string) => Promise<Response | undefined> | Response | undefined;

/**
 * Answers with the first page that handles the request, or status 404. `isOpen` says that callers need no credentials; a
 * browser is then served at an IP address or localhost only.
 */
export function route({ isOpen }: { readonly isOpen: boolean }, ...pages: readonly Page[]): Pages {
  return async (request, { peer }) => {
    const url = new URL(request.url);
    if (isFromOtherSite(request, url)) return text("requests from pages of other sites are refused\n", 403);
    if (isOpen && isAtName(request, url)) return text(`${url.hostname}: ${AT_NAME}\n`, 403);
    for (const page of pages) {
      const response = await page(request, url, peer);
      if (response !== undefined) return response;
    }
    return text("not found\n", 404);
  };
}

const AT_NAME = "without grants, browsers are served at an IP address or localhost only: configure grants";

/**
 * A browser says where a request comes from: by Fetch Metadata ("Sec-Fetch-Site") over TLS and at localhost, and by "Origin"
 * in all requests that may change something. It would add the reader's client certificate to requests of any page. A link to
 * the page is allowed.
 */
function isFromOtherSite({ method, headers }: Request, { host }: URL): boolean {
  const site = headers.get("sec-fetch-site") ?? "none";
  const isLink = method === "GET" && headers.get("sec-fetch-mode") === "navigate";
  const origin = headers.get("origin");
  if (origin !== null && hostOf(origin) !== host) return true;
  return site !== "none" && site !== "same-origin" && !isLink;
}

/** The host and port of an origin. Undefined for "null", which sandboxed pages send. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/**
 * Whether a page has a host name as its origin. Another site's name may have been pointed at this address (DNS rebinding), so
 * that its page counts as the same origin.
 */
function isAtName({ headers }: Request, { hostname }: URL): boolean {
  if (headers.get("origin") === null) return false;
  return hostname !== "localhost" && !hostname.startsWith("[") && isIP(hostname) === 0;
}

export function text(body: string, status = 200, type = "text/plain; charset=utf-8"): Response {
  return new Response(body, { status, headers: { "content-type": type } });
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}

/** The body as text. Undefined if it exceeds the limit. */
export async function bodyOf(request: Request, limit: number): Promise<string | undefined> {
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
