import { isStatusError } from "@protoloom/rpc";
import { useEffect, useState } from "react";
import type { CatalogServiceClient } from "./gen/shop/v1/catalog_grpc.ts";
import type { Book } from "./gen/shop/v1/catalog_pb.ts";

/** Books appear as the stream brings them. Another text cancels the call that runs. */
export function Catalog({ catalog }: { catalog: CatalogServiceClient }) {
  const [text, setText] = useState("");
  const { books, error } = useSearch(catalog, text);
  return (
    <>
      <label>
        Title <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {error !== undefined && <p role="alert">{error}</p>}
      <ul>
        {books.map((book) => (
          <li key={book.isbn}>
            {book.title}, sold {book.sold.toLocaleString("en")} times
          </li>
        ))}
      </ul>
    </>
  );
}

interface Search {
  readonly books: readonly Book[];
  readonly error?: string;
}

function useSearch(catalog: CatalogServiceClient, text: string): Search {
  const [search, setSearch] = useState<Search>({ books: [] });
  useEffect(() => {
    setSearch({ books: [] });
    if (text === "") return;
    const controller = new AbortController();
    const { signal } = controller;
    (async () => {
      for await (const { book } of catalog.searchBooks({ text }, { signal }))
        if (book !== undefined) setSearch(({ books }) => ({ books: [...books, book] }));
    })().catch((error: unknown) => {
      if (signal.aborted) return;
      setSearch(({ books }) => ({ books, error: isStatusError(error) ? error.text : "the shop cannot be reached" }));
    });
    return () => controller.abort();
  }, [catalog, text]);
  return search;
}
