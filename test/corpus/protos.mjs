import { join } from "node:path";
import { protosIn, withoutBroken } from "../../scripts/protos.mjs";
import { root } from "../../scripts/run.mjs";

const googleFolder = join(root, "node_modules/google-proto-files");

/** Two files of the Ruby generator's tests import a third by the name that it has in this folder. */
const rubyFolder = "google/protobuf/compiler/ruby";
const rubyImport = "ruby_generated_code_proto2_import.proto";

/** They declare the types of a sibling again: no request can hold both. */
const secondDeclarations = ["code_proto2", "pkg_implicit"].map((name) => `${rubyFolder}/ruby_generated_${name}.proto`);

/** All of google-proto-files; but see googleSecondProtos. */
export function googleProtos() {
  const files = protosIn(googleFolder).map((file) => (file === `${rubyFolder}/${rubyImport}` ? rubyImport : file));
  return google(files.filter((file) => !secondDeclarations.includes(file)));
}

/** The files of google-proto-files that cannot be in one request with the others. */
export function googleSecondProtos() {
  return google(secondDeclarations);
}

/** The stable versions of Google Cloud without Compute: the files of which type checks and benchmarks are made. */
export function googleCloudProtos() {
  const isStable = (file) => !/\/v\d+(p\d+)?[a-z]+\d*\//.test(file) && !file.includes("/compute/");
  return google(protosIn(join(googleFolder, "google/cloud"), "google/cloud/").filter(isStable));
}

/** The largest single file: 4 MB of text. */
export function computeProtos() {
  return google(["google/cloud/compute/v1/compute.proto"]);
}

function google(files) {
  return withoutBroken([googleFolder, join(googleFolder, rubyFolder)], files);
}
