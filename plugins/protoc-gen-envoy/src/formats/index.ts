import type { Model } from "@protoloom/envoy";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import type { Options } from "../options.js";
import { adsFormat, filesFormat, staticFormat } from "./envoy.js";
import { type Feature, features, featuresOf } from "./features.js";
import { beyondGateway, gatewayFormat } from "./gateway.js";
import { beyondHaproxy, haproxyFormat } from "./haproxy.js";
import { beyondKeepalived, keepalivedFormat } from "./keepalived.js";
import { beyondNginx, nginxFormat } from "./nginx.js";
import { routesFormat } from "./routes.js";
import { typescriptFormat } from "./typescript.js";

/** A function from the model to files. */
export interface Format {
  readonly about: string;
  readonly files: (model: Model, options: Options) => GeneratedFile[];
  /** Features that the program lacks. */
  readonly beyond?: readonly Feature[];
}

/** The values of the option `format`. */
export const formats: Readonly<Record<string, Format>> = {
  static: { about: "one bootstrap with all resources", files: staticFormat },
  ads: { about: "a bootstrap for a discovery service, and its resources by type", files: adsFormat },
  files: { about: "a bootstrap and files that Envoy watches", files: filesFormat },
  typescript: { about: "a module with names, routes and resources: envoy.ts", files: typescriptFormat },
  routes: { about: "the routes with the line that causes each setting, for protoloom route", files: routesFormat },
  nginx: { about: "nginx.conf", files: nginxFormat, beyond: beyondNginx },
  haproxy: { about: "haproxy.cfg", files: haproxyFormat, beyond: beyondHaproxy },
  gateway: { about: "gateway.yaml: Gateway API for Kubernetes", files: gatewayFormat, beyond: beyondGateway },
  keepalived: {
    about: "keepalived.conf: LVS before several proxies",
    files: keepalivedFormat,
    beyond: beyondKeepalived,
  },
};

/** Notes on requested features that the program of a format lacks. The rest of the output is correct. */
export function notesOf(name: string, model: Model): string[] {
  const beyond = formats[name]?.beyond ?? [];
  return [...featuresOf(model)]
    .filter(([feature]) => beyond.includes(feature))
    .map(
      ([feature, place]) =>
        `${place === "" ? "" : `${place}: `}${name} cannot do ${features[feature]} (beyond-${name})`,
    );
}
