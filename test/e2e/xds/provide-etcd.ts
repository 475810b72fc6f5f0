import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { freePort, until } from "../envoy/envoy.js";
import { provideGo } from "./provide-go.js";

/** The credentials that etcd asks of its clients. */
export interface EtcdSecurity {
  /** The folder of its certificate and of that of clients, which they must show. */
  readonly tls: string;
  /** Seconds after which a token that nobody uses is forgotten. */
  readonly tokenTtl: number;
}

/** A member of a real etcd. */
export class Etcd {
  readonly address: string;
  private readonly program: string;
  private readonly args: readonly string[];
  private readonly folder: string;
  private readonly security: EtcdSecurity | undefined;
  private child: ChildProcess | undefined;

  private constructor(program: string, folder: string, port: number, args: readonly string[], security?: EtcdSecurity) {
    this.program = program;
    this.folder = folder;
    this.address = `127.0.0.1:${port}`;
    this.security = security;
    this.args = args;
  }

  /** An etcd with one member. */
  static async start(folder: string): Promise<Etcd> {
    const [etcd] = await Etcd.cluster(folder, 1);
    return etcd!;
  }

  static async cluster(folder: string, size: number, security?: EtcdSecurity): Promise<Etcd[]> {
    const program = await provideGo("etcd", "3.6.13");
    const ports = await Promise.all(Array.from({ length: 2 * size }, freePort));
    const peers = ports.splice(size).map((port) => `http://127.0.0.1:${port}`);
    const members = ports.map((port, index) => {
      const url = `${security === undefined ? "http" : "https"}://127.0.0.1:${port}`;
      const args = [
        ...[
          "--name",
          `m${index}`,
          "--data-dir",
          join(folder, `m${index}`),
          "--log-level",
          "error",
          "--unsafe-no-fsync",
        ],
        ...["--listen-client-urls", url, "--advertise-client-urls", url],
        ...["--listen-peer-urls", peers[index]!, "--initial-advertise-peer-urls", peers[index]!],
        ...["--initial-cluster", peers.map((peer, at) => `m${at}=${peer}`).join(",")],
        ...(security === undefined ? [] : flagsOf(security)),
      ];
      return new Etcd(program, folder, port, args, security);
    });
    await Promise.all(members.map((member) => member.start()));
    return members;
  }

  /** Starts it, or starts it again with its data. */
  async start(): Promise<void> {
    this.child = spawn(this.program, this.args, { stdio: ["ignore", "ignore", "inherit"] });
    await until(async () => (await this.request("/health").catch(() => undefined)) !== undefined, 60);
  }

  /** A request to etcd's own HTTP interface. Rejects for an answer that is no success. */
  request(path: string, body?: object): Promise<string> {
    const { security } = this;
    const method = body === undefined ? "GET" : "POST";
    return new Promise((resolve, reject) => {
      const answered = (answer: http.IncomingMessage): void => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      };
      const sent =
        security === undefined
          ? http.request(`http://${this.address}${path}`, { method }, answered)
          : https.request(`https://${this.address}${path}`, { method, ...clientOf(security.tls) }, answered);
      sent.on("error", reject).end(body && JSON.stringify(body));
    });
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      child.on("close", () => resolve());
      child.kill("SIGKILL");
    });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The authority, and the certificate of a client, as Node takes them. */
export function clientOf(tls: string): Record<"ca" | "cert" | "key", Buffer> {
  const read = (name: string): Buffer => readFileSync(join(tls, name));
  return { ca: read("ca.pem"), cert: read("client.pem"), key: read("client.key") };
}

function flagsOf({ tls, tokenTtl }: EtcdSecurity): string[] {
  const file = (name: string): string => join(tls, name);
  return [
    ...["--cert-file", file("server.pem"), "--key-file", file("server.key")],
    ...["--client-cert-auth", "--trusted-ca-file", file("ca.pem"), "--auth-token-ttl", String(tokenTtl)],
  ];
}
