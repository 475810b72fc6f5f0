import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, provideEnvoy, until, Workplace } from "../envoy/envoy.js";
import type { Certificates } from "./certificates.js";

/** An Envoy that passes everything on to one server, encrypted on both sides if there are certificates. */
export class EnvoyProxy {
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly workplace: Workplace;

  private constructor(port: number, child: ChildProcess, workplace: Workplace) {
    this.port = port;
    this.child = child;
    this.workplace = workplace;
  }

  static async start(target: number, certificates: Certificates | undefined): Promise<EnvoyProxy> {
    const envoy = await provideEnvoy();
    const [port, admin] = [await freePort(), await freePort()];
    const workplace = new Workplace();
    const config = join(workplace.folder, "envoy.json");
    writeFileSync(config, JSON.stringify(configure({ port, admin, target, certificates })));
    const child = spawn(envoy, ["-c", config, "--concurrency", "1", "-l", "error", "--use-dynamic-base-id"]);
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Envoy ended: ${output}`);
      return (await fetch(`http://127.0.0.1:${admin}/ready`).catch(() => undefined))?.status === 200;
    });
    return new EnvoyProxy(port, child, workplace);
  }

  async stop(): Promise<void> {
    const closed = once(this.child, "close");
    this.child.kill("SIGKILL");
    await closed;
    this.workplace.remove();
  }
}

interface Ports {
  readonly port: number;
  readonly admin: number;
  readonly target: number;
  readonly certificates: Certificates | undefined;
}

function configure({ port, admin, target, certificates }: Ports): object {
  const http2 = { explicit_http_config: { http2_protocol_options: {} } };
  const router = typed("type.googleapis.com/envoy.extensions.filters.http.router.v3.Router");
  const manager = typed(
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    {
      stat_prefix: "interop",
      codec_type: "HTTP2",
      stream_idle_timeout: "0s",
      http_filters: [{ name: "router", typed_config: router }],
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, route: { cluster: "server", timeout: "0s" } }],
          },
        ],
      },
    },
  );
  return {
    admin: { address: addressOf(admin) },
    static_resources: {
      listeners: [
        {
          name: "clients",
          address: addressOf(port),
          filter_chains: [
            { filters: [{ name: "http", typed_config: manager }], ...(certificates && acceptingTls(certificates)) },
          ],
        },
      ],
      clusters: [
        {
          name: "server",
          type: "STATIC",
          load_assignment: {
            cluster_name: "server",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: addressOf(target) } }] }],
          },
          typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
              "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
              http2,
            ),
          },
          ...(certificates && dialingTls(certificates)),
        },
      ],
    },
  };
}

function acceptingTls({ cert, key }: Certificates): object {
  const chain = [{ certificate_chain: { filename: cert }, private_key: { filename: key } }];
  const context = { common_tls_context: { alpn_protocols: ["h2"], tls_certificates: chain } };
  return socket("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", context);
}

function dialingTls({ ca, serverName }: Certificates): object {
  const validation = { trusted_ca: { filename: ca } };
  const context = { sni: serverName, common_tls_context: { alpn_protocols: ["h2"], validation_context: validation } };
  return socket("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", context);
}

function socket(type: string, context: object): object {
  return { transport_socket: { name: "tls", typed_config: typed(type, context) } };
}

function typed(type: string, fields: object = {}): object {
  return { "@type": type, ...fields };
}

function addressOf(port: number): object {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}
