import type { Pages } from "@protoloom/rpc";

/** A page. Returns undefined for a request that it does not handle. */
export type Page = (request: Request, url: URL, peer: string) => Promise<Response | undefined> | Response | undefined;

/** Answers with the first page that handles the request, or status 404. */
export function route(...pages: readonly Page[]): Pages {
  return async (request, { peer }) => {
    const url = new URL(request.url);
    if (isFromOtherSite(request)) return text("requests from pages of other sites are refused\n", 403);
    for (const page of pages) {
      const response = await page(request, url, peer);
      if (response !== undefined) return response;
    }
    return text("not found\n", 404);
  };
}

/**
 * A browser says where a request comes from (Fetch Metadata, "Sec-Fetch-Site"). It would add the reader's client certificate
 * to requests of any page. A link to the page is allowed.
 */
function isFromOtherSite(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site") ?? "none";
  const isLink = request.method === "GET" && request.headers.get("sec-fetch-mode") === "navigate";
  return site !== "none" && site !== "same-origin" && !isLink;
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
