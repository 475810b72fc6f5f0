import { timestampNow } from "@protoloom/protobuf/wkt";
import { Code, StatusError } from "@protoloom/rpc";
import type { LinkServiceHandlers } from "./gen/links/v1/links_grpc.js";
import { Link } from "./gen/links/v1/links_pb.js";

/** Links in Workers KV, as bytes of their messages. */
export function linkService(store: KVNamespace): LinkServiceHandlers {
  return {
    async createLink({ name, url }) {
      if (!/^[a-z0-9-]{1,40}$/.test(name)) throw new StatusError(Code.InvalidArgument, "name is not a word");
      if (!URL.canParse(url)) throw new StatusError(Code.InvalidArgument, "url is not a URL");
      if ((await linkOf(store, name)) !== undefined) throw new StatusError(Code.AlreadyExists, `${name} is taken`);
      const link = new Link({ name, url, createdAt: timestampNow() });
      await store.put(name, link.toBinary());
      return { link };
    },
    async *listLinks() {
      for (let cursor: string | null = null; ; ) {
        const page: KVNamespaceListResult<unknown> = await store.list({ cursor });
        for (const { name } of page.keys) {
          const link = await linkOf(store, name);
          if (link !== undefined) yield { link };
        }
        if (page.list_complete) return;
        cursor = page.cursor;
      }
    },
  };
}

export async function linkOf(store: KVNamespace, name: string): Promise<Link | undefined> {
  const bytes = await store.get(name, "arrayBuffer");
  return bytes === null ? undefined : Link.fromBinary(new Uint8Array(bytes));
}
