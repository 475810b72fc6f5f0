import type { GeneratedFile } from "@protoloom/plugin-kit";
import type { Model } from "../model/model.js";
import type { Options } from "../options.js";
import { adsFormat, filesFormat, staticFormat } from "./envoy.js";

/** A function from the model to files. */
export interface Format {
  readonly about: string;
  readonly files: (model: Model, options: Options) => GeneratedFile[];
}

/** The values of the option `format`. */
export const formats: Readonly<Record<string, Format>> = {
  static: { about: "one bootstrap with all resources", files: staticFormat },
  ads: { about: "a bootstrap for a discovery service, and its resources by type", files: adsFormat },
  files: { about: "a bootstrap and files that Envoy watches", files: filesFormat },
};
