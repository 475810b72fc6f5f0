/** The rules of the xDS protocol, each by both variants unless it is of one of them. */
import { afterEach, describe, expect, test } from "@jest/globals";
import type { DiscoveryOptions, Nack, Resource, Subscription } from "@protoloom/control-plane";
import { Code, StatusError } from "@protoloom/rpc";
import { Bench, make, type Told, type Type, type Variant } from "./peer.js";

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});

function bench(resources?: readonly Resource[], options?: DiscoveryOptions): Bench {
  const made = new Bench(options);
  benches.push(made);
  if (resources !== undefined) made.set(...resources);
  return made;
}

const variants: readonly Variant[] = ["sotw", "delta"];
const types = ["cluster", "endpoint", "listener", "route", "secret", "runtime"] as const satisfies readonly Type[];
const complete = ["cluster", "listener"] as const;
const partial = ["endpoint", "route", "secret", "runtime"] as const;

describe.each(variants)("%s", (variant) => {
  describe.each(types)("of the type %s", (type) => {
    const a = make[type]("a");
    const b = make[type]("b");

    test("a name that is asked for is sent", async () => {
      const peer = bench([a, b]).open(variant);
      peer.ask(type, { subscribe: ["a"] });
      expect(await peer.take()).toMatchObject({ type, names: ["a"] });
      await peer.quiet();
    });

    test("a change is sent, and an ACK is not answered", async () => {
      const server = bench([a, b]);
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["a"] });
      const first = await peer.take();
      server.set(make[type]("a", 1), b);
      const second = await peer.take();
      expect(second.names).toEqual(["a"]);
      expect(second.version).not.toBe(first.version);
      expect(second.nonce).not.toBe(first.nonce);
      await peer.quiet();
    });

    test("what is set again with the same content is not sent", async () => {
      const server = bench([a]);
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["a"] });
      await peer.take();
      server.set(make[type]("a"));
      await peer.quiet();
    });

    test("a change of another name is not sent", async () => {
      const server = bench([a, b]);
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["a"] });
      await peer.take();
      server.set(a, make[type]("b", 1));
      await peer.quiet();
    });

    test("a name that is asked for later is sent, though it has not changed", async () => {
      const peer = bench([a, b]).open(variant);
      peer.ask(type, { subscribe: ["a"] });
      const first = await peer.next();
      peer.ack(first, { subscribe: ["b"] });
      const second = await peer.take();
      expect(second.names).toContain("b");
      if (!complete.includes(type as never) || variant === "delta") expect(second.names).toEqual(["b"]);
      else expect(second.names).toEqual(["a", "b"]); // one that is missing would be deleted
      await peer.quiet();
    });

    test("a name that is dropped is sent no more", async () => {
      const server = bench([a, b]);
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["a", "b"] });
      const first = await peer.next();
      peer.ack(first, { unsubscribe: ["b"] });
      await peer.quiet();
      server.set(a, make[type]("b", 1));
      await peer.quiet();
      server.set(make[type]("a", 1), make[type]("b", 1));
      expect((await peer.take()).names).toEqual(["a"]);
    });

    test("a name that is asked for again after it was dropped is sent again", async () => {
      const peer = bench([a, b]).open(variant);
      peer.ask(type, { subscribe: ["a", "b"] });
      peer.ack(await peer.next(), { unsubscribe: ["b"] });
      await peer.quiet();
      peer.change(type, { subscribe: ["b"] });
      expect((await peer.take()).names).toContain("b");
    });

    test("a name that is not there is remembered, and sent when it is made", async () => {
      const server = bench([a]);
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["late"] });
      if (variant === "delta") expect(await peer.take()).toMatchObject({ names: [], removed: ["late"] });
      else if (complete.includes(type as never)) expect((await peer.take()).names).toEqual([]);
      await peer.quiet();
      server.set(a, make[type]("late"));
      expect((await peer.take()).names).toEqual(["late"]);
    });

    test("nothing is sent before there was a first state", async () => {
      const server = bench();
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["a"] });
      await peer.quiet();
      server.set(a);
      expect((await peer.take()).names).toEqual(["a"]);
    });

    test("a restart with other content is another version, and one with the same content the same", async () => {
      const versions: string[] = [];
      for (const content of [0, 1, 0]) {
        const peer = bench([make[type]("a", content)]).open(variant);
        peer.ask(type, { subscribe: ["a"] });
        versions.push((await peer.take()).version);
      }
      expect(versions[0]).toBe(versions[2]);
      expect(versions[0]).not.toBe(versions[1]);
    });

    test("a NACK brings no endless exchange, and a better version heals", async () => {
      const server = bench([a]);
      const peer = server.open(variant);
      peer.ask(type, { subscribe: ["a"] });
      await peer.take();
      server.set(make[type]("a", 1));
      peer.nack(await peer.next(), "a is not good");
      const back = await peer.take(); // what was accepted before
      expect(back.names).toEqual(["a"]);
      await peer.quiet();
      server.set(make[type]("a", 2));
      expect((await peer.take()).names).toEqual(["a"]);
      await peer.quiet();
    });
  });
});

describe.each(variants)("%s", (variant) => {
  test("types are sent in the order in which they refer to each other, whatever the order of the requests", async () => {
    const all = types.map((type) => make[type]("a"));
    const server = bench();
    const peer = server.open(variant);
    for (const type of [...types].reverse()) peer.ask(type, { subscribe: ["a"] });
    await peer.quiet();
    server.set(...all);
    const order: string[] = [];
    for (const _ of types) order.push((await peer.take()).type);
    expect(order).toEqual(types);
  });

  test.each(complete)("all resources of the type %s, by no name at all", async (type) => {
    const server = bench([make[type]("a"), make[type]("b")]);
    const peer = server.open(variant);
    peer.ask(type);
    expect((await peer.take()).names).toEqual(["a", "b"]);
    server.set(make[type]("a"), make[type]("b"), make[type]("c"));
    expect((await peer.take()).names).toEqual(variant === "sotw" ? ["a", "b", "c"] : ["c"]);
    server.set(make[type]("a"), make[type]("c"));
    const last = await peer.take();
    if (variant === "sotw") expect(last.names).toEqual(["a", "c"]);
    else expect(last).toMatchObject({ names: [], removed: ["b"] });
    await peer.quiet();
  });

  test.each(types)("all resources of the type %s, by the name *", async (type) => {
    const server = bench([make[type]("a"), make[type]("b")]);
    const peer = server.open(variant);
    peer.ask(type, { subscribe: ["*"] });
    expect((await peer.take()).names).toEqual(["a", "b"]);
    server.set(make[type]("a"), make[type]("b"), make[type]("c"));
    expect((await peer.take()).names).toContain("c");
    await peer.quiet();
  });

  test.each(complete)("all resources of the type %s are answered when there is none", async (type) => {
    const peer = bench([]).open(variant);
    peer.ask(type);
    expect(await peer.take()).toMatchObject({ names: [], removed: [] });
    await peer.quiet();
  });

  test.each(complete)("a list with one empty name asks for no wildcard of %s", async (type) => {
    const peer = bench([make[type]("a")]).open(variant);
    peer.ask(type, { names: [""] });
    if (variant === "sotw") expect((await peer.take()).names).toEqual([]);
    else expect(await peer.take()).toMatchObject({ names: [], removed: [""] });
    await peer.quiet();
  });

  test("an unknown type is not answered, and does not end the stream", async () => {
    const peer = bench([make.cluster("a")]).open(variant);
    peer.send({ typeUrl: "type.googleapis.com/unknown.Type" });
    peer.ask("cluster");
    expect((await peer.take()).names).toEqual(["a"]);
  });

  test("a nonce that was never sent is ignored", async () => {
    const server = bench([make.endpoint("a")]);
    const peer = server.open(variant);
    peer.ask("endpoint", { subscribe: ["a"] });
    await peer.take();
    peer.ask("endpoint", { nonce: "nobody's" });
    peer.ask("endpoint", { nonce: "nobody's", error: "a is bad" });
    await peer.quiet();
    expect(server.discovery.nacks).toBe(0);
  });

  test("a nonce of another type is ignored", async () => {
    const peer = bench([make.endpoint("a"), make.cluster("a")]).open(variant);
    peer.ask("cluster");
    const cluster = await peer.take();
    peer.ask("endpoint", { subscribe: ["a"] });
    await peer.take();
    peer.ask("endpoint", { nonce: `${cluster.nonce}-x` });
    await peer.quiet();
  });

  test("an ACK that is late loses no name", async () => {
    const server = bench([make.endpoint("a"), make.endpoint("b")]);
    const peer = server.open(variant);
    peer.ask("endpoint", { subscribe: ["a"] });
    const first = await peer.next();
    server.set(make.endpoint("a", 1), make.endpoint("b"));
    const second = await peer.next();
    peer.ack(first, { subscribe: ["b"] }); // sent before the second was seen
    if (variant === "delta") expect((await peer.take()).names).toEqual(["b"]);
    peer.ack(second);
    if (variant === "sotw") expect((await peer.take()).names).toEqual(["b"]);
    await peer.quiet();
  });

  test("a client that is behind gets the latest state once", async () => {
    const server = bench([make.endpoint("a"), make.endpoint("b")]);
    const peer = server.open(variant);
    peer.ask("endpoint", { subscribe: ["a", "b"] });
    await peer.take();
    await peer.quiet();
    for (let content = 1; content < 200; content++) {
      server.set(make.endpoint("a", content), make.endpoint("b", content));
      await null; // not all in one turn
    }
    let told: Told;
    let count = 0;
    do {
      told = await peer.take();
      count++;
    } while (!(await isLatest(server, told)));
    expect(count).toBeLessThan(40); // what the transport holds, and the latest
    await peer.quiet();
  });

  test("an empty list unsubscribes from all, and is no wildcard", async () => {
    const server = bench([make.cluster("a"), make.cluster("b")]);
    const peer = server.open(variant);
    peer.ask("cluster", { subscribe: ["a"] });
    peer.ack(await peer.next(), { unsubscribe: ["a"] });
    await peer.quiet();
    server.set(make.cluster("a", 1), make.cluster("b", 1));
    await peer.quiet();
  });

  test("several clients have states of their own", async () => {
    const server = bench([make.endpoint("a"), make.endpoint("b")]);
    const [one, two] = [server.open(variant), server.open(variant, { id: "b" })];
    one.ask("endpoint", { subscribe: ["a"] });
    two.ask("endpoint", { subscribe: ["b"] });
    expect((await one.take()).names).toEqual(["a"]);
    expect((await two.take()).names).toEqual(["b"]);
    server.set(make.endpoint("a", 1), make.endpoint("b"));
    expect((await one.take()).names).toEqual(["a"]);
    await two.quiet();
  });

  test("clients of another group get other resources", async () => {
    const server = bench([make.cluster("a")]);
    server.snapshots.set("other", [make.cluster("b")]);
    const peer = server.open(variant, { id: "a", cluster: "other" });
    peer.ask("cluster");
    expect((await peer.take()).names).toEqual(["b"]);
  });

  test("a stream without a node is refused", async () => {
    const peer = bench([]).open(variant, undefined as never);
    (peer as unknown as { node: undefined }).node = undefined;
    peer.ask("cluster");
    expect(await peer.failure()).toMatchObject({ code: 3, text: "the first request of a stream has no node" });
  });

  test("more names than a stream may have are refused", async () => {
    const peer = bench([], { maxNames: 2 }).open(variant);
    peer.ask("endpoint", { subscribe: ["a", "b", "c"] });
    expect(await peer.failure()).toMatchObject({ code: 8 });
  });

  test("more types than a stream may have are refused", async () => {
    const peer = bench([], { maxTypes: 1 }).open(variant);
    peer.ask("endpoint", { subscribe: ["a"] });
    peer.ask("route", { subscribe: ["a"] });
    expect(await peer.failure()).toMatchObject({ code: 8 });
  });

  test("subscriptions end with the stream", async () => {
    const server = bench([make.endpoint("a")]);
    const peer = server.open(variant);
    peer.ask("endpoint", { subscribe: ["a"] });
    await peer.take();
    const table = server.table("endpoint");
    expect(table.subscribers.length).toBe(1);
    peer.close();
    await untilTrue(() => table.subscribers.length === 0 && server.discovery.streams.length === 0);
  });

  describe("order", () => {
    const before = [
      make.cluster("old", 0, ["old"]),
      make.endpoint("old"),
      make.listener("l"),
      make.route("r", 0, ["old"]),
    ];
    const after = [
      make.cluster("new", 0, ["new"]),
      make.endpoint("new"),
      make.listener("l"),
      make.route("r", 0, ["new"]),
    ];

    const connected = async (options?: DiscoveryOptions) => {
      const server = bench(before, options);
      const peer = server.open(variant);
      peer.ask("cluster");
      await peer.take();
      peer.ask("endpoint", { subscribe: ["old"] });
      await peer.take();
      peer.ask("route", { subscribe: ["r"] });
      await peer.take();
      await peer.quiet();
      return { server, peer };
    };

    test("a route waits until its cluster and its endpoints are accepted, and the cluster before goes last", async () => {
      const { server, peer } = await connected();
      server.set(...after);
      const clusters = await peer.next();
      expect(clusters.names).toEqual(variant === "sotw" ? ["new", "old"] : ["new"]);
      expect(clusters.removed).toEqual([]);
      await peer.quiet(); // no route yet
      peer.ack(clusters);
      await peer.quiet(); // nor before endpoints
      peer.change("endpoint", { subscribe: ["new"] });
      const endpoints = await peer.next();
      expect(endpoints.names).toEqual(["new"]);
      await peer.quiet();
      peer.ack(endpoints);
      const route = await peer.next();
      expect(route).toMatchObject({ type: "route", names: ["r"] });
      await peer.quiet(); // the cluster is still there
      peer.ack(route);
      const last = await peer.take();
      expect(last.type).toBe("cluster");
      if (variant === "sotw") expect(last.names).toEqual(["new"]);
      else expect(last).toMatchObject({ names: [], removed: ["old"] });
    });

    test("endpoints do not wait while a route does", async () => {
      const { server, peer } = await connected();
      server.set(...after);
      await peer.next();
      server.set(make.endpoint("old", 1), ...after);
      expect(await peer.take()).toMatchObject({ type: "endpoint", names: ["old"] });
    });

    test("a route does not wait for ever", async () => {
      const { server, peer } = await connected({ maxHold: 30 });
      server.set(...after);
      expect((await peer.next()).type).toBe("cluster");
      expect((await peer.next()).type).toBe("route");
    });

    test("what is sent meanwhile does not make a route wait longer", async () => {
      const { server, peer } = await connected({ maxHold: 300 });
      server.set(...after);
      expect((await peer.next()).type).toBe("cluster");
      for (let i = 1; i <= 100; i++) {
        server.set(make.endpoint("old", i), ...after);
        const told = await peer.take();
        if (told.type === "route") return;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      throw new Error("the route waited as long as endpoints changed");
    });

    test("a route does not wait for a cluster that is not there", async () => {
      const { server, peer } = await connected({ maxHold: 60_000 });
      server.set(...before.slice(0, 3), make.route("r", 1, ["nowhere"]));
      expect((await peer.next()).type).toBe("route");
    });

    test("a route does not wait for clients that ask for clusters by name", async () => {
      const server = bench(after, { maxHold: 60_000 });
      const peer = server.open(variant, { id: "a", userAgentName: "gRPC Go" });
      peer.ask("route", { subscribe: ["r"] });
      expect((await peer.take()).type).toBe("route");
    });

    test("a cluster that changes gets its endpoints again, though they have not changed", async () => {
      const { server, peer } = await connected();
      server.set(make.cluster("old", 1, ["old"]), ...before.slice(1));
      expect(await peer.take()).toMatchObject({ type: "cluster", names: ["old"] });
      expect(await peer.take()).toMatchObject({ type: "endpoint", names: ["old"] });
      await peer.quiet();
    });

    test("a change of endpoints sends no cluster", async () => {
      const { server, peer } = await connected();
      server.set(before[0]!, make.endpoint("old", 1), ...before.slice(2));
      expect(await peer.take()).toMatchObject({ type: "endpoint", names: ["old"] });
      await peer.quiet();
    });
  });

  describe("a resource that is refused", () => {
    const refusing = async (options?: DiscoveryOptions) => {
      const nacks: Nack[] = [];
      const server = bench([make.cluster("a"), make.cluster("b")], { onNack: (nack) => nacks.push(nack), ...options });
      const peer = server.open(variant);
      peer.ask("cluster");
      await peer.take();
      await peer.quiet();
      return { server, peer, nacks };
    };

    test("is traced to its name, its version, its cause and the client", async () => {
      const { server, peer, nacks } = await refusing();
      const bad = make.cluster("b", 1, [], { cause: "deployment.yaml:7:3" });
      server.set(make.cluster("a", 1), bad);
      peer.nack(await peer.next(), "Error adding/updating cluster(s) b: no such thing");
      await peer.take();
      expect(nacks).toHaveLength(1);
      expect(nacks[0]).toMatchObject({
        name: "b",
        client: { id: "a" },
        peer: "in-memory",
        resource: { version: bad.version, cause: "deployment.yaml:7:3" },
      });
      expect(nacks[0]!.message).toContain("no such thing");
    });

    test("is traced to the line of the part that the client mentions", async () => {
      const part = { path: "virtual_hosts[0].routes[0]", names: ["shop.v1.Orders/Get"], line: "orders.proto:31:3" };
      const nacks: Nack[] = [];
      const server = bench([make.route("r")], { onNack: (nack) => nacks.push(nack) });
      const peer = server.open(variant);
      peer.ask("route", { subscribe: ["r"] });
      await peer.take();
      server.set(make.route("r", 1, ["a"], { cause: "deployment.yaml:4:3", parts: [part] }));
      peer.nack(await peer.next(), "VirtualHosts[0]: failed | caused by VirtualHostValidationError.Routes[0]: no");
      await peer.take();
      expect(nacks.map(({ message, resource }) => resource?.causeOf(message))).toEqual(["orders.proto:31:3"]);
      server.set(
        make.route("r", 1, ["a"], { cause: "deployment.yaml:4:3", parts: [{ ...part, line: "orders.proto:40:3" }] }),
      );
      await peer.quiet(); // the same content, from another line
      expect(server.table("route").entry("r")!.wanted.causeOf("virtual_hosts[0].routes[0]: no")).toBe(
        "orders.proto:40:3",
      );
    });

    test("stops no other", async () => {
      const { server, peer } = await refusing();
      server.set(make.cluster("a", 1), make.cluster("b", 1));
      peer.nack(await peer.next(), "b is bad");
      await peer.take();
      server.set(make.cluster("a", 2), make.cluster("b", 1));
      const told = await peer.take();
      if (variant === "delta") expect(told.names).toEqual(["a"]);
      else expect(told.names).toEqual(["a", "b"]);
      await peer.quiet();
    });

    test("does not reach clients that come later", async () => {
      const { server, peer } = await refusing();
      const good = make.cluster("b");
      server.set(make.cluster("a"), make.cluster("b", 1));
      peer.nack(await peer.next(), "b is bad");
      const back = await peer.take();
      const later = server.open("delta", { id: "later" });
      later.ask("cluster");
      expect((await later.take()).versions.b).toBe(good.version);
      expect(back.names).toContain("b");
    });

    test("that nobody ever accepted is left out", async () => {
      const { server, peer } = await refusing();
      server.set(make.cluster("a"), make.cluster("b"), make.cluster("c"));
      peer.nack(await peer.next(), "c is bad");
      const back = await peer.take();
      if (variant === "sotw") expect(back.names).toEqual(["a", "b"]);
      else expect(back).toMatchObject({ names: [], removed: ["c"] });
      await peer.quiet();
    });

    test("by one client, when others have accepted it, is this client's affair alone", async () => {
      const { server, peer } = await refusing();
      const odd = server.open(variant, { id: "odd" });
      odd.ask("cluster");
      await odd.take();
      server.set(make.cluster("a"), make.cluster("b", 1));
      await peer.take();
      odd.nack(await odd.next(), "b is bad");
      const back = await odd.take(); // the one before
      if (variant === "delta") expect(back.versions.b).toBe(make.cluster("b").version);
      await odd.quiet();
      await peer.quiet();
      server.set(make.cluster("a"), make.cluster("b", 2));
      expect((await odd.take()).names).toContain("b");
      expect((await peer.take()).names).toContain("b");
      await odd.quiet();
    });

    test("first, and accepted by another then, is served again", async () => {
      const { server, peer } = await refusing();
      const other = server.open(variant, { id: "other" });
      other.ask("cluster");
      await other.take();
      server.set(make.cluster("a"), make.cluster("b", 1));
      const told = await other.next();
      peer.nack(await peer.next(), "b is bad");
      await peer.take();
      other.ack(told);
      const later = server.open("delta", { id: "later" });
      const state = server.table("cluster");
      while ((await other.take()).version !== state.version || state.refused.length > 0); // what was to replace it, and it again
      later.ask("cluster");
      expect((await later.take()).versions.b).toBe(make.cluster("b", 1).version);
    });

    test("is counted, and shown by the status of the client", async () => {
      const { server, peer } = await refusing();
      server.set(make.cluster("a"), make.cluster("b", 1));
      peer.nack(await peer.next(), "b is bad");
      await peer.next();
      expect(server.discovery.nacks).toBe(1);
      expect(server.discovery.streams[0]!.subscriptions.get(make.cluster("a").typeUrl)!.error).toBe("b is bad");
    });

    test("is what the text names, not another with a longer name", async () => {
      const nacks: Nack[] = [];
      const server = bench([], { onNack: (nack) => nacks.push(nack) });
      const peer = server.open(variant);
      peer.ask("cluster");
      await peer.take();
      server.set(make.cluster("orders"), make.cluster("orders-v2"));
      peer.nack(await peer.next(), "cluster orders-v2: bad");
      await peer.take();
      expect(nacks.map(({ name }) => name)).toEqual(["orders-v2"]);
    });

    test.each([
      ["cluster orders/v2: bad", ["orders/v2"]],
      ["cluster orders.v2: bad", ["orders.v2"]],
      ["cluster(s) orders: bad, orders/v2: bad", ["orders", "orders/v2"]],
    ])("whose name begins like another is the one that is named: %s", async (message, names) => {
      const { server, peer, nacks } = await refusing();
      server.set(make.cluster("orders"), make.cluster("orders/v2"), make.cluster("orders.v2"));
      peer.nack(await peer.next(), message);
      await peer.take();
      expect(nacks.map(({ name }) => name).sort()).toEqual(names);
    });

    test("is all that has changed, where the text names none", async () => {
      const { server, peer, nacks } = await refusing();
      server.set(make.cluster("a", 1), make.cluster("b"));
      peer.nack(await peer.next(), "something is wrong");
      await peer.take();
      expect(nacks.map(({ name }) => name)).toEqual(["a"]);
    });
  });

  describe("a TTL", () => {
    test("is sent, and kept alive without the content", async () => {
      const server = bench([make.endpoint("a", 0, [], { ttl: 90 }), make.endpoint("b")]);
      const peer = server.open(variant);
      peer.ask("endpoint", { subscribe: ["a", "b"] });
      const first = await peer.take();
      expect(first).toMatchObject({ names: ["a", "b"], alive: [], ttl: { a: 90 } });
      const beat = await peer.take();
      expect(beat).toMatchObject({ names: ["a"], alive: ["a"] });
      expect(beat.nonce).not.toBe(first.nonce);
    });
  });

  describe("the identity of a node", () => {
    test("is checked before anything is sent", async () => {
      const authorize: DiscoveryOptions["authorize"] = ({ id }) => {
        if (id !== "a") throw new StatusError(Code.PermissionDenied, `node ${id} is not who it says`);
      };
      const server = bench([make.cluster("a")], { authorize });
      const good = server.open(variant, { id: "a" });
      good.ask("cluster");
      expect((await good.take()).names).toEqual(["a"]);
      const bad = server.open(variant, { id: "b" });
      bad.ask("cluster");
      expect(await bad.failure()).toMatchObject({ code: Code.PermissionDenied });
    });
  });

  test("an answer of more than a gRPC client takes is split", async () => {
    const many = Array.from({ length: 40 }, (_, i) => make.endpoint(`${i}-${"x".repeat(200_000)}`));
    const peer = bench(many).open(variant);
    peer.ask("endpoint", { subscribe: ["*"] });
    const told = new Set<string>();
    const nonces = new Set<string>();
    while (told.size < many.length) {
      const part = await peer.take();
      expect(part.bytes).toBeLessThan(4 << 20);
      nonces.add(part.nonce);
      for (const name of part.names) told.add(name);
    }
    expect(nonces.size).toBeGreaterThan(2);
    await peer.quiet();
  });

  test("streams share the bytes of a response", async () => {
    const server = bench([make.endpoint("a")]);
    const peers = [server.open(variant), server.open(variant, { id: "b" })];
    const frames = new Set<unknown>();
    for (const peer of peers) {
      peer.ask("endpoint", { subscribe: ["a"] });
      await peer.take();
    }
    const table = server.table("endpoint");
    for (const subscriber of table.subscribers) frames.add((subscriber as unknown as { list: unknown }).list);
    expect(frames.size).toBe(1);
  });
});

describe("sotw", () => {
  test.each(complete)("a new stream that has the current version of all %ss is sent nothing", async (type) => {
    const server = bench([make[type]("a")]);
    const first = server.open("sotw");
    first.ask(type);
    const { version } = await first.take();
    const second = server.open("sotw", { id: "b" });
    second.ask(type, { version });
    await second.quiet();
    server.set(make[type]("a", 1));
    expect((await second.take()).names).toEqual(["a"]);
  });

  test.each(types)("a new stream with names of the type %s is sent them, whatever version it has", async (type) => {
    const server = bench([make[type]("a")]);
    const first = server.open("sotw");
    first.ask(type, { subscribe: ["a"] });
    const { version } = await first.take();
    const second = server.open("sotw", { id: "b" });
    second.ask(type, { subscribe: ["a"], version });
    expect((await second.take()).names).toEqual(["a"]);
  });

  test.each(partial)("no name at all asks for no %s", async (type) => {
    const peer = bench([make[type]("a")]).open("sotw");
    peer.ask(type);
    await peer.quiet();
  });

  test.each(partial)("a change of one %s sends that one only", async (type) => {
    const server = bench([make[type]("a"), make[type]("b")]);
    const peer = server.open("sotw");
    peer.ask(type, { subscribe: ["a", "b"] });
    await peer.take();
    server.set(make[type]("a", 1), make[type]("b"));
    expect((await peer.take()).names).toEqual(["a"]);
  });

  test.each(complete)("a change of one %s sends all, so that none counts as deleted", async (type) => {
    const server = bench([make[type]("a"), make[type]("b")]);
    const peer = server.open("sotw");
    peer.ask(type, { subscribe: ["a", "b"] });
    await peer.take();
    server.set(make[type]("a", 1), make[type]("b"));
    expect((await peer.take()).names).toEqual(["a", "b"]);
  });

  test.each(partial)("a %s that is deleted is not told of: its parents are", async (type) => {
    const server = bench([make[type]("a"), make[type]("b")]);
    const peer = server.open("sotw");
    peer.ask(type, { subscribe: ["a", "b"] });
    await peer.take();
    server.set(make[type]("b"));
    await peer.quiet();
  });

  test("a client that begins anew on the same stream gets all again", async () => {
    const peer = bench([make.endpoint("a")]).open("sotw");
    peer.ask("endpoint", { subscribe: ["a"] });
    await peer.take();
    peer.ask("endpoint", { names: ["a"] });
    expect((await peer.take()).names).toEqual(["a"]);
  });

  test("names after no name at all end the wildcard", async () => {
    const server = bench([make.cluster("a"), make.cluster("b")]);
    const peer = server.open("sotw");
    peer.ask("cluster");
    peer.ack(await peer.next(), { names: ["a"] });
    await peer.quiet();
    server.set(make.cluster("a"), make.cluster("b", 1));
    await peer.quiet();
  });

  test("the same name twice is one", async () => {
    const peer = bench([make.endpoint("a")]).open("sotw");
    peer.ask("endpoint", { names: ["a", "a"] });
    expect((await peer.take()).names).toEqual(["a"]);
    await peer.quiet();
  });
});

describe("delta", () => {
  test.each(types)("a %s that is deleted is told, and sent again when it is made again", async (type) => {
    const server = bench([make[type]("a"), make[type]("b")]);
    const peer = server.open("delta");
    peer.ask(type, { subscribe: ["a", "b"] });
    await peer.take();
    server.set(make[type]("b"));
    expect(await peer.take()).toMatchObject({ names: [], removed: ["a"] });
    server.set(make[type]("a"), make[type]("b"));
    expect(await peer.take()).toMatchObject({ names: ["a"], removed: [] });
  });

  test.each(types)("a name of the type %s that is subscribed again is sent again", async (type) => {
    const peer = bench([make[type]("a")]).open("delta");
    peer.ask(type, { subscribe: ["a"] });
    await peer.take();
    peer.ask(type, { subscribe: ["a"] });
    expect((await peer.take()).names).toEqual(["a"]);
    await peer.quiet();
  });

  test("the wildcard that is subscribed again is sent again", async () => {
    const peer = bench([make.cluster("a"), make.cluster("b")]).open("delta");
    peer.ask("cluster", { subscribe: ["*"] });
    await peer.take();
    peer.ask("cluster", { subscribe: ["*"] });
    expect((await peer.take()).names).toEqual(["a", "b"]);
  });

  test.each(complete)("after a new connection with versions of %ss, differences are sent alone", async (type) => {
    const [a, b, d] = [make[type]("a"), make[type]("b"), make[type]("d")];
    const peer = bench([a, make[type]("b", 1), make[type]("c"), d]).open("delta");
    peer.ask(type, { subscribe: ["*"], versions: { a: a.version, b: b.version, gone: "x", d: d.version } });
    expect(await peer.take()).toMatchObject({ names: ["b", "c"], removed: ["gone"] });
    await peer.quiet();
  });

  test("after a new connection with all versions, nothing is sent", async () => {
    const a = make.cluster("a");
    const server = bench([a]);
    const peer = server.open("delta");
    peer.ask("cluster", { subscribe: ["*"], versions: { a: a.version } });
    await peer.quiet();
    server.set(make.cluster("a", 1));
    expect((await peer.take()).names).toEqual(["a"]);
  });

  test("versions that come before the first state are compared with it", async () => {
    const [a, b] = [make.endpoint("a"), make.endpoint("b")];
    const server = new Bench();
    benches.push(server);
    const peer = server.open("delta");
    peer.ask("endpoint", { subscribe: ["a", "b", "c"], versions: { a: a.version, b: "other", c: "gone" } });
    await peer.quiet();
    server.set(a, b);
    expect(await peer.take()).toMatchObject({ names: ["b"], removed: ["c"] });
    await peer.quiet();
  });

  test("clients that come back in the same way share a response, whatever the order of their names", async () => {
    const server = bench([make.endpoint("a", 1), make.endpoint("b")]);
    const old = { a: make.endpoint("a").version, b: make.endpoint("b").version };
    const peers = [server.open("delta"), server.open("delta", { id: "b" })];
    peers[0]!.ask("endpoint", { subscribe: ["a", "b"], versions: old });
    peers[1]!.ask("endpoint", { subscribe: ["b", "a"], versions: old });
    for (const peer of peers) expect(await peer.take()).toMatchObject({ names: ["a"], removed: [] });
    const { list } = server.table("endpoint").subscribers[0] as Subscription;
    expect([...list.subscribers].length).toBe(2);
    expect(list.responses.size).toBe(1);
  });

  test("a name that is dropped while all are asked for is answered with what it is", async () => {
    const peer = bench([make.cluster("a")]).open("delta");
    peer.ask("cluster", { subscribe: ["*", "a", "x"] });
    await peer.take();
    peer.ask("cluster", { unsubscribe: ["a"] });
    expect(await peer.take()).toMatchObject({ names: ["a"], removed: [] });
    peer.ask("cluster", { unsubscribe: ["x"] });
    expect(await peer.take()).toMatchObject({ names: [], removed: ["x"] });
  });

  test("the wildcard can be dropped, and names stay", async () => {
    const server = bench([make.cluster("a"), make.cluster("b")]);
    const peer = server.open("delta");
    peer.ask("cluster", { subscribe: ["*", "a"] });
    await peer.take();
    peer.ask("cluster", { unsubscribe: ["*"] });
    await peer.quiet();
    server.set(make.cluster("a", 1), make.cluster("b", 1));
    expect((await peer.take()).names).toEqual(["a"]);
  });

  test("names beside the first request for all keep the wildcard", async () => {
    const server = bench([make.cluster("a"), make.cluster("b")]);
    const peer = server.open("delta");
    peer.ask("cluster");
    await peer.take();
    peer.ask("cluster", { subscribe: ["a"] });
    await peer.take();
    server.set(make.cluster("a"), make.cluster("b", 1));
    expect((await peer.take()).names).toEqual(["b"]);
  });

  test("a change of names counts with a nonce that is late, and with none", async () => {
    const peer = bench([make.endpoint("a"), make.endpoint("b"), make.endpoint("c")]).open("delta");
    peer.ask("endpoint", { subscribe: ["a"] });
    await peer.take();
    peer.ask("endpoint", { subscribe: ["b"], nonce: "late" });
    expect((await peer.take()).names).toEqual(["b"]);
    peer.ask("endpoint", { subscribe: ["c"] });
    expect((await peer.take()).names).toEqual(["c"]);
  });

  test("versions of resources are those of their content", async () => {
    const a = make.cluster("a", 5);
    const peer = bench([a]).open("delta");
    peer.ask("cluster");
    expect((await peer.take()).versions).toEqual({ a: a.version });
  });
});

async function isLatest(server: Bench, told: Told): Promise<boolean> {
  return told.version === server.table("endpoint").version;
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
