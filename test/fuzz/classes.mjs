import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { TEST_FILES } from "./schema.mjs";

/** Loads our generated code for the test files from both folders. */
export async function loadBothForms({ genDir, compactDir }) {
  return { generated: await loadClasses(genDir), compact: await loadClasses(compactDir) };
}

/** The classes by type name, and a registry of them, of extensions and of well-known types. */
async function loadClasses(dir) {
  const { createRegistry } = await import("@protoloom/protobuf");
  const { extensionCodec } = await import("@protoloom/protobuf/codec");
  const paths = TEST_FILES.map((file) => pathToFileURL(join(dir, file.replace(".proto", "_pb.js"))).href);
  const modules = await Promise.all(["@protoloom/protobuf/wkt", ...paths].map((path) => import(path)));
  const exported = modules.flatMap((module) => Object.values(module)).filter((value) => value instanceof Object);
  const classes = exported.filter((value) => "fromBinary" in value);
  const extensions = exported.filter((value) => extensionCodec in value);
  return {
    classes: new Map(classes.map((type) => [type.typeName, type])),
    registry: createRegistry(...classes, ...extensions),
  };
}
