"use client";

import { useState } from "react";
import { Book, type BookInit } from "../../../gen/shop/v1/catalog_pb";

/** A client component: the message is one again, with its methods. */
export function Sold({ book: fields }: { book: BookInit }) {
  const [book] = useState(() => new Book(fields));
  const [isJson, setIsJson] = useState(false);
  return (
    <main>
      <h1>{book.title}</h1>
      <p id="sold">{book.sold.toLocaleString("en")}</p>
      <button type="button" onClick={() => setIsJson(!isJson)}>
        JSON
      </button>
      {isJson && <pre>{book.toJsonString()}</pre>}
    </main>
  );
}
