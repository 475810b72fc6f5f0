import { protoc } from "../protoc.mjs";
import { mapOneofs } from "./oneofs.mjs";

export const protobufTs = {
  name: "protobuf-ts",
  packages: ["@protobuf-ts/plugin", "@protobuf-ts/runtime"],

  generate({ protoDir, files, out }) {
    protoc({
      protoDir,
      files,
      plugin: "node_modules/@protobuf-ts/plugin/bin/protoc-gen-ts",
      out,
      options: ["output_javascript", "optimize_speed", "long_type_bigint", "force_client_none"],
    });
  },

  fileOf: (file) => `./${file}.js`,
  importOf: (file, message) => `import { ${message} } from "./${file}.js";`,
  create: (type, init) => `${type}.create(${init})`,
  encode: (type, message) => `${type}.toBinary(${message})`,
  decode: (type, bytes) => `${type}.fromBinary(${bytes})`,
  toJson: (type, message) => `${type}.toJsonString(${message})`,
  fromJson: (type, text) => `${type}.fromJsonString(${text})`,

  initOf: (init) =>
    mapOneofs(init, (name, chosen) => ({ [name]: { oneofKind: chosen.case, [chosen.case]: chosen.value } })),
  oneofOf: (message, oneof) => {
    const chosen = message[oneof.localName];
    return { case: chosen.oneofKind, value: chosen[chosen.oneofKind] };
  },
};
