/** The generators, runtimes and compilers of the languages, in pinned versions where the machine does not bring them. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { provision, root, runTool } from "../provision.js";

export const protoc: readonly string[] = [process.execPath, join(root, "node_modules/protoc/protoc.cjs")];
export const goModule: string = join(import.meta.dirname, "go");
export const goEnv: Readonly<Record<string, string>> = {
  GOFLAGS: "-mod=readonly -buildvcs=false",
  PATH: [process.env.PATH, "/usr/local/go/bin"].join(delimiter),
};
export const goMissing = "install Go 1.24 or newer";

/** The runtime of the version that protoc 36.2 generates code for. */
const JAVA_VERSION = "4.36.2";

/** The path of protoc-gen-go, built from the module of `go/go.mod`. */
export async function provideProtocGenGo(): Promise<string> {
  const folder = await provision("languages-protoc-gen-go-1.36.11", async (to) => {
    const args = ["build", "-o", join(to, "protoc-gen-go"), "google.golang.org/protobuf/cmd/protoc-gen-go"];
    await runTool("go", args, { cwd: goModule, env: goEnv, missing: goMissing });
  });
  return join(folder, "protoc-gen-go");
}

/** The path of protobuf-java. */
export async function provideProtobufJava(): Promise<string> {
  const jar = `protobuf-java-${JAVA_VERSION}.jar`;
  const folder = await provision(`languages-${jar}`, async (to) => {
    const copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    const args = ["-q", "-B", copy, `-Dartifact=com.google.protobuf:protobuf-java:${JAVA_VERSION}`];
    await runTool("mvn", [...args, `-DoutputDirectory=${to}`], { missing: "install Maven 3.8 or newer" });
  });
  return join(folder, jar);
}

/** Debian's protoc and the headers that belong to it: newer releases of the runtime for C++ come as sources only. */
export async function provideCpp(): Promise<{
  protoc: readonly string[];
  headers: string;
  env: Record<string, string>;
}> {
  const folder = await provision("languages-cpp", async (to) => {
    const packages = ["protobuf-compiler", "libprotoc32", "libprotobuf32", "libprotobuf-dev"];
    const missing = "it is a tool of Debian, whose packages have the headers of protobuf for C++";
    await runTool("apt-get", ["download", ...packages], { cwd: to, missing });
    for (const file of readdirSync(to).filter((each) => each.endsWith(".deb")))
      await runTool("dpkg", ["-x", file, "."], { cwd: to, missing });
  });
  const libraries = readdirSync(join(folder, "usr/lib")).map((each) => join(folder, "usr/lib", each));
  const headers = join(folder, "usr/include");
  if (!existsSync(join(headers, "google/protobuf/message.h"))) throw new Error(`there are no headers in ${headers}`);
  return { protoc: [join(folder, "usr/bin/protoc")], headers, env: { LD_LIBRARY_PATH: libraries.join(delimiter) } };
}
