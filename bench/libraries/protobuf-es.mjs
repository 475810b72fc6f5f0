import { protoc } from "../protoc.mjs";

export const protobufEs = {
  name: "protobuf-es",
  packages: ["@bufbuild/protobuf", "@bufbuild/protoc-gen-es"],

  generate({ protoDir, files, out }) {
    protoc({
      protoDir,
      files,
      plugin: "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es",
      out,
      options: ["target=js", "import_extension=js"],
    });
  },

  fileOf: (file) => `./${file}_pb.js`,
  importOf: (file, message) =>
    `import { ${message}Schema as ${message} } from "./${file}_pb.js";\n` +
    `import { create, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";`,
  create: (type, init) => `create(${type}, ${init})`,
  encode: (type, message) => `toBinary(${type}, ${message})`,
  decode: (type, bytes) => `fromBinary(${type}, ${bytes})`,
  toJson: (type, message) => `toJsonString(${type}, ${message})`,
  fromJson: (type, text) => `fromJsonString(${type}, ${text})`,

  initOf: (init) => init,
  oneofOf: (message, oneof) => message[oneof.localName],
};
