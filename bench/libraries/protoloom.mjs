import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/run.mjs";
import { protoc } from "../protoc.mjs";

/** Ours. Its runtime is copied next to the generated code, so that a build in the meantime does not affect a run. */
export const protoloom = {
  name: "protoloom",
  sources: ["plugins/protoc-gen-ts/dist", "runtime/protobuf/dist", "runtime/protobuf/package.json"],

  generate({ protoDir, files, out, json = "methods", optimize = "schema" }) {
    protoc({
      protoDir,
      files,
      plugin: "plugins/protoc-gen-ts/bin/protoc-gen-ts",
      out,
      options: ["target=js", `json=${json}`, `optimize=${optimize}`],
    });
    const runtime = join(out, "node_modules/@protoloom/protobuf");
    mkdirSync(runtime, { recursive: true });
    cpSync(join(root, "runtime/protobuf/package.json"), join(runtime, "package.json"));
    cpSync(join(root, "runtime/protobuf/dist"), join(runtime, "dist"), {
      recursive: true,
      filter: (file) => !/\.(d\.ts|map|tsbuildinfo)$/.test(file),
    });
  },

  fileOf: (file) => `./${file}_pb.js`,
  importOf: (file, message) => `import { ${message} } from "./${file}_pb.js";`,
  create: (type, init) => `new ${type}(${init})`,
  encode: (_type, message) => `${message}.toBinary()`,
  decode: (type, bytes) => `${type}.fromBinary(${bytes})`,
  toJson: (_type, message) => `${message}.toJsonString()`,
  fromJson: (type, text) => `${type}.fromJsonString(${text})`,

  initOf: (init) => init,
  oneofOf: (message, oneof) => message[oneof.localName],
};

/** Ours with codecs over a small runtime, for a few messages. */
export const protoloomSmall = {
  ...protoloom,
  name: "protoloom, size",
  generate: (request) => protoloom.generate({ ...request, optimize: "size" }),
};

/** Ours in the compact form, for messages that are rarely encoded or decoded. */
export const protoloomCompact = {
  ...protoloom,
  name: "protoloom, code_size",
  generate: (request) => protoloom.generate({ ...request, optimize: "code_size" }),
};
