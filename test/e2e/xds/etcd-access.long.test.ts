/** A real etcd of three members, with TLS, client certificates and users: the contract of stores, tokens, and fail-over. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type EtcdOptions, EtcdStore, type Store } from "@protoloom/control-plane";
import { describeStore } from "../../control-plane/store/contract.js";
import { until, Workplace } from "../envoy/envoy.js";
import { PROVISION_MS } from "../provision.js";
import { Link } from "./link.js";
import { clientOf, Etcd } from "./provide-etcd.js";
import { Stage } from "./stage.js";

jest.setTimeout(PROVISION_MS);

const TOKEN_TTL_S = 2;
const workplace = new Workplace();
const tls = join(workplace.folder, "tls");
const user = { user: "plane", password: "a secret, with ünïcode" };
let members: Etcd[] = [];

beforeAll(async () => {
  await workplace.writeCertificates();
  members = await Etcd.cluster(mkdtempSync(join(tmpdir(), "protoloom-etcd-")), 3, { tls, tokenTtl: TOKEN_TTL_S });
  const all = { key: base64("shop/"), range_end: base64("shop0"), permType: "READWRITE" };
  for (const [path, body] of [
    ["user/add", { name: "root", password: "root" }],
    ["user/grant", { user: "root", role: "root" }],
    ["role/add", { name: "shop" }],
    ["role/grant", { name: "shop", perm: all }],
    ["user/add", { name: user.user, password: user.password }],
    ["user/grant", { user: user.user, role: "shop" }],
    ["user/add", { name: "stranger", password: "stranger" }],
    ["enable", {}],
  ] as const)
    await members[0]!.request(`/v3/auth/${path}`, body);
}, 900_000);
afterAll(async () => {
  for (const member of members) await member.stop();
  workplace.remove();
});

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

let prefix = "";
beforeEach(() => {
  prefix = `shop/${randomUUID()}`;
});

const addresses = (): string => members.map(({ address }) => address).join(",");
const make = (options: EtcdOptions = {}, hosts = addresses()): Store =>
  new EtcdStore(`etcds://${hosts}/${prefix}`, { tls: clientOf(tls), ...user, ...options });
const open = (options: EtcdOptions = {}, hosts = addresses()): Store => {
  const store = make(options, hosts);
  stage.onEnd(() => store.close());
  return store;
};

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const followed = (store: Store): string[] => {
  const seen: string[] = [];
  store.watch("", {
    onChange: (changes) => seen.push(...changes.map(({ key }) => key)),
    onReset: () => seen.push("reset"),
  });
  return seen;
};

describeStore("etcd with TLS and a user", () => make());

describe("access", () => {
  test("a token that etcd has forgotten is renewed for a call", async () => {
    const store = open();
    await store.write([{ key: "a", value: bytes("1") }]);
    await new Promise((resolve) => setTimeout(resolve, (TOKEN_TTL_S + 3) * 1000));
    await store.write([{ key: "b", value: bytes("1") }]);
    expect((await store.read("")).size).toBe(2);
  });

  test("a token that etcd has forgotten is renewed for a watch that begins again", async () => {
    const link = await Link.to(Number(members[0]!.address.split(":")[1]));
    stage.onEnd(() => link.close());
    const [store, other] = [open({}, link.address), open()];
    const seen = followed(store);
    await store.write([{ key: "a", value: bytes("1") }]);
    link.cut();
    await new Promise((resolve) => setTimeout(resolve, (TOKEN_TTL_S + 3) * 1000));
    await other.write([{ key: "b", value: bytes("1") }]);
    link.restore();
    await until(async () => seen.includes("b"), 20);
    await store.write([{ key: "c", value: bytes("1") }]);
    expect(seen).toEqual(["a", "b", "c"]);
  });

  test("keys that are claimed stay while tokens end", async () => {
    const store = open();
    await store.claim("planes/1", bytes("1"));
    await new Promise((resolve) => setTimeout(resolve, 14_000)); // the lease has 10 s, and a token 2 s
    expect([...(await open().read("planes/")).keys()]).toEqual(["planes/1"]);
  });

  test.each([
    ["a wrong password", { password: "wrong" }, "authentication failed, invalid user ID or password"],
    ["a user who may not read the keys", { user: "stranger", password: "stranger" }, "permission denied"],
  ])("%s is refused at once, with etcd's reason", async (_, options, reason) => {
    const store = open(options);
    followed(store);
    const begun = Date.now();
    await expect(store.read("")).rejects.toThrow(reason);
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  test.each([
    ["no certificate", true, /etcd does not answer/],
    ["an authority that has not signed etcd's", false, /etcd does not answer.*certificate/],
  ])("a client with %s does not get in", async (_, hasAuthority, reason) => {
    const store = open({ tls: hasAuthority ? { ca: clientOf(tls).ca } : {} }, members[0]!.address);
    followed(store);
    await expect(store.read("")).rejects.toThrow(reason);
  });

  test("the command line takes all of it", async () => {
    const password = join(stage.folder, "password");
    writeFileSync(password, `${user.password}\n`);
    const file = (name: string): string => join(tls, name);
    const store = ["--store", `etcds://${addresses()}/${prefix}`, "--store-user", user.user];
    const secrets = ["--store-password-file", password, "--store-ca", file("ca.pem")];
    const own = ["--store-cert", file("client.pem"), "--store-key", file("client.key")];
    await stage.process([...store, ...secrets, ...own]);
    await until(async () => (await open().read("planes/")).size === 1, 20);
  });

  test.each([
    ["etcd://127.0.0.1", { tls: {} }, 'invalid store "etcd://127.0.0.1": certificates need etcds://'],
    ["etcd://127.0.0.1", { user: "a" }, "a user and a password belong together"],
    ["etcd://a@127.0.0.1", {}, 'invalid store "etcd://a@127.0.0.1": expected etcd://HOST:PORT/PREFIX'],
    ["etcd://127.0.0.1:1,/", {}, "invalid address"],
  ])("%s with %j is refused", (url, options, message) => {
    expect(() => new EtcdStore(url, options)).toThrow(message);
  });
});

describe("of several members", () => {
  const linked = async (): Promise<{ links: Link[]; hosts: string }> => {
    const links = await Promise.all(members.map(({ address }) => Link.to(Number(address.split(":")[1]))));
    for (const link of links) stage.onEnd(() => link.close());
    // one by its name, which the certificate has, too
    const hosts = links.map(({ address }, index) =>
      index === 0 ? address.replace("127.0.0.1", "localhost") : address,
    );
    return { links, hosts: hosts.join(",") };
  };

  test.each(["cut", "freeze"] as const)("the next one serves when the connection to one is %s", async (end) => {
    const { links, hosts } = await linked();
    const [store, other] = [open({}, hosts), open()];
    const seen = followed(store);
    await store.claim("planes/1", bytes("1"));
    await store.write([{ key: "a", value: bytes("1") }]);
    links[0]![end]();
    await store.write([{ key: "b", value: bytes("1") }]);
    await other.write([{ key: "c", value: bytes("1") }]);
    await until(async () => seen.includes("c"), 20);
    expect(seen).toEqual(["planes/1", "a", "b", "c"]);
    await new Promise((resolve) => setTimeout(resolve, 12_000)); // the claim outlives its lease of 10 s
    expect((await other.read("planes/")).size).toBe(1);
  });

  test("one is killed: reads, writes and the watch go on, and it may come back", async () => {
    const store = open();
    const seen = followed(store);
    for (const [index, member] of members.entries()) {
      await store.write([{ key: `before-${index}`, value: bytes("1") }]);
      await member.kill();
      await store.write([{ key: `after-${index}`, value: bytes("1") }]);
      expect((await store.read("")).size).toBe(2 * index + 2);
      await member.start();
    }
    await until(async () => seen.length === 6, 20);
    expect(seen).toEqual([0, 1, 2].flatMap((index) => [`before-${index}`, `after-${index}`]));
  });
});
