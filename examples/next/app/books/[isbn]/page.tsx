import { Code, isStatusError } from "@protoloom/rpc";
import { notFound } from "next/navigation";
import { catalog } from "../../../lib/catalog";
import { Sold } from "./sold";

/** A server component: it calls the service itself, and no byte of the client goes to the browser. */
export default async function Page({ params }: { params: Promise<{ isbn: string }> }) {
  const { isbn } = await params;
  const { book } = await catalog.getBook({ isbn }, { deadline: 2000 }).catch((error: unknown) => {
    if (isStatusError(error, Code.NotFound)) notFound();
    throw error;
  });
  if (book === undefined) notFound();
  // A class instance cannot cross to a client component; its fields can.
  return <Sold book={structuredClone(book)} />;
}
