import type { NextRequest } from "next/server";
import { catalog } from "../../../lib/catalog";

/** A stream of the service as lines of JSON. When the browser leaves, the call is cancelled. */
export function GET(request: NextRequest): Response {
  const text = request.nextUrl.searchParams.get("text") ?? "";
  const books = catalog.searchBooks({ text }, { signal: request.signal });
  const encoder = new TextEncoder();
  const lines = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await books.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(`${value.book?.toJsonString()}\n`));
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await books.return?.();
    },
  });
  return new Response(lines, { headers: { "content-type": "application/jsonl" } });
}
