import type { GeneratedFile, Plugin } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { Bootstrap } from "./gen/envoy/config/bootstrap/v3/bootstrap_pb.js";
import { options } from "./options.js";

export const protocGenEnvoy: Plugin<typeof options> = {
  name: "protoc-gen-envoy",
  version: manifest.version,
  options,
  generate(): GeneratedFile[] {
    return [{ name: "x.json", content: new Bootstrap().toJsonString() }];
  },
};
