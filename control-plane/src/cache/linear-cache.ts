import type { Cache, Client } from "./cache.js";
import type { Resource } from "./resource.js";
import { resourceType } from "./resource-types.js";
import { Table } from "./table.js";

/** Resources of one type, the same for all clients. Suits large sets that change one resource at a time, such as endpoints. */
export class LinearCache implements Cache {
  /** The table of all clients. */
  readonly resources: Table;

  constructor(typeUrl: string) {
    this.resources = new Table(resourceType(typeUrl));
  }

  table(_: Client, typeUrl: string): Table | undefined {
    return typeUrl === this.resources.type.typeUrl ? this.resources : undefined;
  }

  /** Adds or replaces resources as one change. */
  set(...changed: readonly Resource[]): void {
    this.resources.apply(changed.map((resource) => [resource.name, resource]));
  }

  /** Removes resources by name as one change. */
  delete(...names: readonly string[]): void {
    this.resources.apply(names.map((name) => [name, undefined]));
  }

  /** Sets these resources and removes all others. */
  replace(all: Iterable<Resource>): void {
    this.resources.replace(all);
  }
}
