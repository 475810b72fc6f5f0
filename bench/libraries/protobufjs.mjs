import { join } from "node:path";
import { runTool } from "../protoc.mjs";
import { flattenOneofs, memberThatIsSet } from "./oneofs.mjs";

/**
 * Static code, as `pbjs` writes it by default. Its JSON is what its documentation offers: `toObject` with strings for
 * 64-bit integers, enums and bytes, and `fromObject`.
 */
export const protobufjs = {
  name: "protobufjs",
  packages: ["protobufjs", "protobufjs-cli"],

  generate({ protoDir, files, out, json = true }) {
    for (const file of files) {
      const options = ["--target", "static-module", "--wrap", "esm", "--dependency", "protobufjs/minimal.js"];
      // Files with one root would overwrite the namespaces of each other.
      options.push("--root", file, "--path", protoDir, "--no-service", "--no-comments");
      if (!json) options.push("--no-convert", "--no-verify", "--no-delimited", "--no-typeurl");
      runTool("node_modules/protobufjs-cli/bin/pbjs", [
        ...options,
        "--out",
        join(out, `${file}.js`),
        join(protoDir, `${file}.proto`),
      ]);
    }
  },

  fileOf: (file) => `./${file}.js`,
  importOf: (file, message, typeName) =>
    `import * as ${message}$file from "./${file}.js";\nconst ${message} = ${message}$file.${typeName};`,
  create: (type, init) => `${type}.fromObject(${init})`,
  encode: (type, message) => `${type}.encode(${message}).finish()`,
  decode: (type, bytes) => `${type}.decode(${bytes})`,
  toJson: (type, message) =>
    `JSON.stringify(${type}.toObject(${message}, { longs: String, enums: String, bytes: String, json: true }))`,
  fromJson: (type, text) => `${type}.fromObject(JSON.parse(${text}))`,

  initOf: (init) => flattenOneofs(withoutBigints(init)),
  oneofOf: memberThatIsSet,
};

/** `fromObject` takes strings for 64-bit integers, not bigints. */
function withoutBigints(value) {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(withoutBigints);
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBigints(item)]));
}
