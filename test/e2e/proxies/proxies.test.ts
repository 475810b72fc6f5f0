/** nginx and HAProxy, as Debian has them, accept what is written for them, and calls of the four kinds pass. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Code, createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Health } from "@protoloom/rpc/health";
import Ajv from "ajv";
import { parse, parseAllDocuments } from "yaml";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { generate, generateFolder, textOf } from "../../plugins/protoc-gen-envoy/generate.js";
import { freePort, until, Workplace } from "../envoy/envoy.js";
import { type Backend, deployed, orders, startBackend } from "../envoy/shop.js";
import { startStub } from "../envoy/stub.js";
import { largeSystem } from "../large-system.js";
import { isShort, PROVISION_MS, provision, root, runTool } from "../provision.js";
import { acceptedDeployments } from "../random-deployments.js";
import { report } from "../report.js";

const programs = {
  nginx: {
    file: "nginx.conf",
    check: (folder: string) => ["-t", "-q", "-p", folder, "-c", join(folder, "nginx.conf")],
    start: (folder: string) => [
      "-p",
      folder,
      "-c",
      join(folder, "nginx.conf"),
      "-g",
      "daemon off; master_process off; error_log stderr; pid nginx.pid;",
    ],
  },
  haproxy: {
    file: "haproxy.cfg",
    check: () => ["-c", "-q", "-dW", "-f", "haproxy.cfg"],
    start: () => ["-f", "haproxy.cfg"],
  },
};
type Program = keyof typeof programs;

const folder = join(root, "test/plugins/protoc-gen-envoy/golden");
const workplace = new Workplace();
let two: Backend[];

beforeAll(async () => {
  await workplace.writeCertificates();
  // HAProxy wants the key in the file of its certificate, or beside it
  await runTool("cp", ["tls/server.key", "tls/server.pem.key"], {
    cwd: workplace.folder,
    missing: "install coreutils",
  });
  await runTool("cp", ["tls/client.key", "tls/client.pem.key"], {
    cwd: workplace.folder,
    missing: "install coreutils",
  });
  two = [await startBackend("one"), await startBackend("two")];
  jest.spyOn(process.stderr, "write").mockReturnValue(true); // where the plugin says what they cannot do
});

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    const closed = child.exitCode === null ? once(child, "close") : undefined;
    child.kill("SIGKILL");
    await closed;
  }
});

afterAll(async () => {
  await Promise.all(two.map((backend) => backend.close()));
  workplace.remove();
});

test("keepalived accepts what is written for it, and refuses what is not", async () => {
  const check = (config: string) => {
    workplace.write({ "keepalived.conf": config });
    const args = ["-t", "-f", join(workplace.folder, "keepalived.conf")];
    return runTool("keepalived", args, { missing: 'install it, on Debian by "apt-get install keepalived"' });
  };
  const { error, files } = generateFolder(join(folder, "keepalived"));
  expect(error).toBe("");
  await check(files["keepalived.conf"]!);
  await expect(check(files["keepalived.conf"]!.replace("weight 3", "weight many"))).rejects.toThrow(/many/);
});

describe("Gateway API", () => {
  const VERSION = "1.4.0";
  const checks = new Map<string, (document: object) => string>();

  /** The schemas of the standard channel, as the project publishes them for clusters. */
  beforeAll(async () => {
    const module = await provision(`gateway-api-${VERSION}`, async (to) => {
      const env = {
        PATH: `${process.env.PATH}:/usr/local/go/bin`,
        GOMODCACHE: join(to, "mod"),
        GOFLAGS: "-modcacherw",
      };
      const args = ["mod", "download", `sigs.k8s.io/gateway-api@v${VERSION}`];
      await runTool("go", args, { cwd: to, env, missing: "install Go 1.24 or newer" });
    });
    for (const [kind, name] of Object.entries({
      Gateway: "gateways",
      GRPCRoute: "grpcroutes",
      HTTPRoute: "httproutes",
    })) {
      const file = `mod/sigs.k8s.io/gateway-api@v${VERSION}/config/crd/standard/gateway.networking.k8s.io_${name}.yaml`;
      const { spec } = parse(textOf(join(module, file))) as Definition;
      const { openAPIV3Schema } = spec.versions.find((each) => each.name === "v1")!.schema;
      const ajv = new Ajv({ unknownFormats: "ignore", allErrors: true, logger: false });
      const validate = ajv.compile(closed(openAPIV3Schema));
      checks.set(kind, (document) => (validate(document) ? "" : ajv.errorsText(validate.errors)));
    }
  }, PROVISION_MS);

  test.each(readdirSync(folder))("accepts golden/%s", (name) => {
    const { error, files } = generateFolder(join(folder, name), "format=gateway");
    expect(error).toBe("");
    for (const document of documentsOf(files)) expect(checks.get(document.kind)!(document)).toBe("");
  });

  test("accepts what we accept of random deployment files, and refuses what is wrong", () => {
    const { accepted, refused, broken } = acceptedDeployments(isShort ? 20 : 200, 17, "format=gateway", (text) => {
      workplace.write({ "deployment.yaml": text });
      return join(workplace.folder, "deployment.yaml");
    });
    expect(broken).toEqual([]);
    const all = accepted.flatMap(({ files }) => documentsOf(files));
    const wrong = all.map((document) => checks.get(document.kind)!(document)).filter(Boolean);
    report(`${accepted.length} accepted, ${refused} refused by us, ${all.length} documents, ${wrong.length} refused`);
    expect(wrong).toEqual([]);
    const slip = JSON.parse(
      JSON.stringify(all.find(({ kind }) => kind === "GRPCRoute")).replace("backendRefs", "backends"),
    );
    expect(checks.get("GRPCRoute")!(slip)).toMatch(/additional properties/);
  });
});

interface Definition {
  readonly spec: { readonly versions: readonly { name: string; schema: { openAPIV3Schema: object } }[] };
}

function documentsOf(files: Readonly<Record<string, string>>): { kind: string }[] {
  return parseAllDocuments(files["gateway.yaml"]!)
    .map((document) => document.toJS() as { kind: string } | null)
    .filter((document) => document !== null);
}

/** Clusters drop fields that a schema does not have; here they are mistakes. */
function closed(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => {
      const isObject = typeof value === "object" && value !== null && "properties" in value && key !== "properties";
      return isObject && key !== "metadata" ? { additionalProperties: false, ...value } : value;
    }),
  );
}

describe.each(Object.keys(programs) as Program[])("%s", (program) => {
  const { file, check, start } = programs[program];
  const missing = `install it, on Debian by "apt-get install ${program}"`;

  test.each(readdirSync(folder))("accepts golden/%s", async (name) => {
    const { error, files } = generateFolder(join(folder, name), `format=${program}`);
    expect(error).toBe("");
    // both look up names before they start
    const config = files[file]!.replaceAll(/(?<=server (?:\S+ )?)[\w.]+\.(?:internal|example):/g, "10.0.0.9:");
    workplace.write({ [file]: config });
    expect(await runTool(program, check(workplace.folder), { cwd: workplace.folder, missing })).toBe("");
  });

  // 2,000 files in parts of their own seeds, so that one may be run alone: -t "part 3"
  test.each(isShort ? [1] : [1, 2, 3, 4, 5, 6, 7, 8])(
    "part %i: accepts what we accept of random deployment files",
    async (part) => {
      const count = isShort ? 200 : 250;
      const { accepted, refused, broken } = acceptedDeployments(count, 16 + part, `format=${program}`, (text) => {
        workplace.write({ "deployment.yaml": text });
        return join(workplace.folder, "deployment.yaml");
      });
      expect(broken).toEqual([]);
      const wrong: string[] = [];
      for (const { files, deployment } of accepted) {
        workplace.write(files);
        const told = await runTool(program, check(workplace.folder), { cwd: workplace.folder, missing }).catch(String);
        if (told !== "") wrong.push(`${told}\n${deployment}`);
        if (wrong.length > 3) break;
      }
      report(
        `${accepted.length} accepted, ${refused} refused by us with a diagnostic, ${wrong.length} refused by ${program}`,
      );
      expect(wrong).toEqual([]);
    },
    900_000,
  );

  test("serves 30 services with 318 methods, and the quickstart", async () => {
    const { protos, paths, deployment } = largeSystem();
    expect([
      Object.values(protos)
        .join("")
        .match(/^service /gm)?.length,
      paths.length,
    ]).toEqual([30, 318]);
    const stubs = [await startStub(), await startStub()];
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const [quick, quickPort] = [await startStub(), await freePort()];
    const serving = async (name: string, sources: Readonly<Record<string, string>>, text: string) => {
      const here = new Workplace();
      here.write({ "deployment.yaml": text });
      const options = `deployment=${join(here.folder, "deployment.yaml")},format=${program}`;
      const { error, files } = generate(sources, options);
      expect([name, error]).toEqual([name, ""]);
      here.write(files);
      expect(await runTool(program, check(here.folder), { cwd: here.folder, missing })).toBe("");
      running.push(spawn(program, start(here.folder), { cwd: here.folder, stdio: "ignore" }));
      return here;
    };
    const large = await serving(
      "large",
      protos,
      deployment(
        ports,
        stubs.map(({ port }) => port),
      ),
    );
    await until(() => isListening(ports[0]));
    const session = connect(`http://127.0.0.1:${ports[0]}`);
    for (const path of paths) await call(session, path);
    session.destroy();
    const served = stubs.flatMap(({ calls }) => calls.map(({ headers }) => headers[":path"]));
    expect([...served].sort()).toEqual([...paths].sort());

    const quickstart = join(root, "examples/quickstart");
    const example = textOf(join(quickstart, "deployment.yaml"))
      .replace("127.0.0.1:10000", `127.0.0.1:${quickPort}`)
      .replace("127.0.0.1:50051", `127.0.0.1:${quick.port}`);
    const proto = { "order.proto": textOf(join(quickstart, "order.proto")) };
    const small = await serving("quickstart", proto, example);
    await until(() => isListening(quickPort));
    const other = connect(`http://127.0.0.1:${quickPort}`);
    const [, name] = /service (\w+)/.exec(proto["order.proto"])!;
    const [, pkg] = /package ([\w.]+)/.exec(proto["order.proto"])!;
    for (const [, method] of proto["order.proto"].matchAll(/rpc (\w+)/g))
      await call(other, `/${pkg}.${name}/${method}`);
    other.destroy();
    expect(quick.calls.length).toBeGreaterThan(3);
    report(
      `${served.length} of ${paths.length} methods served by ${program}, and ${quick.calls.length} of the quickstart`,
    );
    for (const each of [...stubs, quick]) each.close();
    for (const each of [large, small]) each.remove();
  });

  test("passes calls of the four kinds on, and splits them", async () => {
    const port = await freePort();
    workplace.write({ "deployment.yaml": deployed(port, ...two.map((backend) => backend.port)) });
    const { error, files } = generate(
      orders(),
      `deployment=${join(workplace.folder, "deployment.yaml")},format=${program}`,
    );
    expect(error).toBe("");
    workplace.write(files);
    running.push(spawn(program, start(workplace.folder), { cwd: workplace.folder, stdio: "ignore" }));
    const transport = grpcTransport({ address: `127.0.0.1:${port}` });
    const client = createClient(Orders, transport);
    await until(() =>
      client.echo({}).then(
        () => true,
        () => false,
      ),
    );
    const served = new Set<string>();
    for (let i = 0; i < 20; i++) served.add((await client.echo({ id: "1" })).author);
    expect([...served].sort()).toEqual(["one", "two"]);
    const ids: string[] = [];
    for await (const { id } of client.list({ count: 3 })) ids.push(id);
    for await (const { id } of client.talk([{ id: "a" }, { id: "b" }])) ids.push(id);
    expect(ids).toEqual(["0", "1", "2", "a", "b"]);
    expect((await client.upload([{ id: "a" }, { id: "b" }])).count).toBe(2);
    const nobody = createClient(Health, transport).check({});
    await expect(nobody).rejects.toMatchObject({ code: Code.Unimplemented, text: "no such service" });
    transport.close();
  });

  test("splits calls between plain endpoints and those of two authorities, and refuses a wrong one", async () => {
    const other = new Workplace();
    await other.writeCertificates();
    const pair = ({ folder: of }: Workplace) => ({
      cert: textOf(join(of, "tls/server.pem")),
      key: textOf(join(of, "tls/server.key")),
    });
    const secured = [
      await startBackend("ours", {}, "127.0.0.1:0", pair(workplace)),
      await startBackend("others", {}, "127.0.0.1:0", pair(other)),
    ] as const;
    const port = await freePort();
    const cluster = (backend: Backend, ca: string) =>
      `{ endpoints: [{ address: 127.0.0.1:${backend.port} }], tls: { ca: ${ca}, server_name: orders.internal } }`;
    workplace.write({
      "deployment.yaml": `
listeners: { public: { address: 127.0.0.1:${port} } }
services:
  "*":
    split: { plain: 50, ours: 25, others: 25 }
    canaries: [{ header: x-wrong, cluster: wrong }]
clusters:
  plain: { endpoints: [{ address: 127.0.0.1:${two[0]!.port} }] }
  ours: ${cluster(secured[0], "tls/ca.pem")}
  others: ${cluster(secured[1], join(other.folder, "tls/ca.pem"))}
  wrong: ${cluster(secured[1], "tls/ca.pem")}
`,
    });
    const options = `deployment=${join(workplace.folder, "deployment.yaml")},format=${program}`;
    const { error, files } = generate(orders(), options);
    expect(error).toBe("");
    workplace.write(files);
    running.push(spawn(program, start(workplace.folder), { cwd: workplace.folder, stdio: "ignore" }));
    await until(() => isListening(port));
    const transport = grpcTransport({ address: `127.0.0.1:${port}` });
    const client = createClient(Orders, transport);
    const served: Record<string, number> = {};
    for (let i = 0; i < 100; i++) {
      const { author } = await client.echo({ id: String(i) });
      served[author] = (served[author] ?? 0) + 1;
    }
    report(`100 calls by ${program}, none failed: ${JSON.stringify(served)}`);
    expect(Object.keys(served).sort()).toEqual(["one", "others", "ours"]);
    const wrong = client.echo({}, { metadata: { "x-wrong": "1" } });
    await expect(wrong).rejects.toMatchObject({ code: Code.Unavailable });
    transport.close();
    await Promise.all(secured.map((backend) => backend.close()));
    other.remove();
  });
});

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** Calls a method with an empty message, to the end. */
async function call(session: ClientHttp2Session, path: string): Promise<void> {
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  const stream = session.request(headers);
  stream.end(Buffer.alloc(5));
  stream.resume();
  await once(stream, "close");
}
