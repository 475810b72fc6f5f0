import { Code, createServer, type Server, StatusError } from "@protoloom/rpc";
import { CatalogService } from "../gen/shop/v1/catalog_grpc";
import { Book } from "../gen/shop/v1/catalog_pb";

const books = [
  new Book({ isbn: "978-0441013593", title: "Dune", sold: 20_000_000n }),
  new Book({ isbn: "978-0441172696", title: "Dune Messiah", sold: 3_000_000n }),
  new Book({ isbn: "978-0553293357", title: "Foundation", sold: 9_007_199_254_740_993n }),
];

export function catalogServer(): Server {
  return createServer().add(CatalogService, {
    getBook({ isbn }) {
      const book = books.find((each) => each.isbn === isbn);
      if (book === undefined) throw new StatusError(Code.NotFound, `no book ${isbn}`);
      return { book };
    },
    async *searchBooks({ text }) {
      if (text === "") throw new StatusError(Code.InvalidArgument, "text is empty");
      for (const book of books) if (book.title.includes(text)) yield { book };
    },
  });
}
