import { Code, createClient, createServer, inMemoryTransport, StatusError } from "@protoloom/rpc";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { catalogServer } from "../server/catalog.ts";
import { Catalog } from "../src/catalog.tsx";
import { CatalogService } from "../src/gen/shop/v1/catalog_grpc.ts";

afterEach(cleanup);

function search(server: ReturnType<typeof createServer>, text: string): void {
  render(<Catalog catalog={createClient(CatalogService, inMemoryTransport(server))} />);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: text } });
}

test("books appear, with numbers of 64 bits as they are", async () => {
  search(catalogServer(), "Found");
  expect((await screen.findByRole("listitem")).textContent).toBe("Foundation, sold 9,007,199,254,740,993 times");
});

test("an error in the middle of a stream keeps the books", async () => {
  const broken = createServer().add(CatalogService, {
    *searchBooks() {
      yield { book: { isbn: "1", title: "Dune" } };
      throw new StatusError(Code.Unavailable, "the shop is closed");
    },
  });
  search(broken, "D");
  expect((await screen.findByRole("alert")).textContent).toBe("the shop is closed");
  expect(screen.getByRole("listitem").textContent).toBe("Dune, sold 0 times");
});
