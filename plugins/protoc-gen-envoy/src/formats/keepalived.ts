import { type Cluster, type Endpoint, type Listener, type Lvs, type Model, showAddress } from "@protoloom/envoy";
import { type GeneratedFile, PluginError } from "@protoloom/plugin-kit";
import { type Feature, featuresOf, headOf } from "./features.js";

/** LVS passes connections on and sees no calls, so that all that concerns calls is left to the proxies behind it. */
export const beyondKeepalived: readonly Feature[] = ["calls"];

/** `keepalived -f keepalived.conf`: the virtual address of several proxies. https://www.keepalived.org/manpage.html */
export function keepalivedFormat(model: Model): GeneratedFile[] {
  const { lvs, listeners, clusters } = model;
  if (lvs === undefined)
    throw new PluginError("format=keepalived needs `lvs` in the deployment file: the virtual address, and the proxies");
  const proxies = clusters.find(({ name }) => name === lvs.proxies);
  const lacking = new Map([...featuresOf(model)].filter(([feature]) => beyondKeepalived.includes(feature)));
  const ports = new Map(listeners.filter(hasPort).map((listener) => [listener.address.value.port, listener]));
  const lines = [
    ...headOf("keepalived", lacking).map((line) => line.replace("#", "!")),
    ...listeners
      .filter((listener) => !hasPort(listener))
      .map(({ name, address }) => `! Listener ${name} has no port: ${showAddress(address.value)}`),
    "",
    "global_defs {",
    `    router_id ${model.name}`,
    "}",
    ...[...ports.values()].flatMap((listener) => ["", ...virtualServer(listener, lvs, proxies)]),
  ];
  return [{ name: "keepalived.conf", content: `${lines.join("\n")}\n` }];
}

function hasPort({ address }: Listener): boolean {
  return address.value.path === undefined;
}

const CHECK_SECONDS = 3;

function virtualServer({ name, address }: Listener, lvs: Lvs, proxies: Cluster | undefined): string[] {
  const { port } = address.value;
  const { kind = "DR", scheduler = "wlc" } = lvs;
  const { localities = [] } = proxies ?? {};
  const endpoints = localities.filter(({ priority }) => priority === 0).flatMap((locality) => locality.endpoints);
  const spare = localities.find(({ priority }) => priority > 0)?.endpoints[0];
  const machines = new Map(endpoints.map((endpoint) => [endpoint.address.host, endpoint]));
  return [
    `! Listener ${name}`,
    `virtual_server ${lvs.address} ${port} {`,
    `    delay_loop ${CHECK_SECONDS}`,
    `    lvs_sched ${scheduler}`,
    `    lvs_method ${kind}`,
    "    protocol TCP",
    ...(spare ? [`    sorry_server ${spare.address.host} ${port}`] : []),
    ...[...machines.values()].flatMap((machine) => realServer(machine, port)),
    "}",
  ];
}

/** LVS counts weights up to 65535. */
const MOST_WEIGHT = 65_535;

function realServer({ address, weight = 1 }: Endpoint, port: number): string[] {
  return [
    `    real_server ${address.host} ${port} {`,
    `        weight ${Math.min(weight, MOST_WEIGHT)}`,
    "        TCP_CHECK {",
    `            connect_port ${port}`,
    `            connect_timeout ${CHECK_SECONDS}`,
    "        }",
    "    }",
  ];
}
