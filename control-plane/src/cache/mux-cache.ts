import type { Cache, Client } from "./cache.js";
import type { Table } from "./table.js";

/** Several caches as one. A function picks the cache for each client and type. */
export class MuxCache implements Cache {
  private readonly choose: (client: Client, typeUrl: string) => Cache | undefined;

  constructor(choose: (client: Client, typeUrl: string) => Cache | undefined) {
    this.choose = choose;
  }

  table(client: Client, typeUrl: string): Table | undefined {
    return this.choose(client, typeUrl)?.table(client, typeUrl);
  }
}
