import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { protoc } from "../protoc.mjs";
import { flattenOneofs, memberThatIsSet } from "./oneofs.mjs";

/** With bigint, because its default loses 64-bit integers beyond 2^53. Otherwise with its defaults, which are fastest. */
export const tsProto = {
  name: "ts-proto",
  packages: ["ts-proto"],

  async generate({ protoDir, files, out, json = true }) {
    const options = ["forceLong=bigint", "esModuleInterop=true", "importSuffix=.js", "outputServices=none"];
    if (!json) options.push("outputJsonMethods=false");
    protoc({ protoDir, files, plugin: "node_modules/ts-proto/protoc-gen-ts_proto", out, options });
    await stripTypes(out);
  },

  fileOf: (file) => `./${file}.js`,
  importOf: (file, message) => `import { ${message} } from "./${file}.js";`,
  create: (type, init) => `${type}.fromPartial(${init})`,
  encode: (type, message) => `${type}.encode(${message}).finish()`,
  decode: (type, bytes) => `${type}.decode(${bytes})`,
  toJson: (type, message) => `JSON.stringify(${type}.toJSON(${message}))`,
  fromJson: (type, text) => `${type}.fromJSON(JSON.parse(${text}))`,

  initOf: flattenOneofs,
  oneofOf: memberThatIsSet,
};

async function stripTypes(folder) {
  const { transformSync } = await import("esbuild"); // imported here, to keep it out of timed processes
  for (const file of readdirSync(folder, { encoding: "utf8", recursive: true }).filter((name) =>
    name.endsWith(".ts"),
  )) {
    const path = join(folder, file);
    const { code } = transformSync(readFileSync(path, "utf8"), { loader: "ts", target: "es2022" });
    writeFileSync(path.replace(/\.ts$/, ".js"), code);
    rmSync(path);
  }
}
