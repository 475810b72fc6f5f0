import { createConnectTransport } from "@connectrpc/connect-web";
import { createClient } from "@protoloom/rpc";
import { connectTransport } from "@protoloom/rpc/connect";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Catalog } from "./catalog.tsx";
import { CatalogService } from "./gen/shop/v1/catalog_grpc.ts";

const baseUrl = window.location.origin;
const transport = connectTransport(createConnectTransport({ baseUrl, useBinaryFormat: true }));
const catalog = createClient(CatalogService, transport);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Catalog catalog={catalog} />
  </StrictMode>,
);
