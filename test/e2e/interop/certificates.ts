import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { provision, root, runTool } from "../provision.js";
import { JAVA_VERSION } from "./peers.js";

/** Files in PEM. The official clients and servers have these certificates built in or expect them. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** A name in the server's certificate. */
  readonly serverName: string;
}

/** The test certificates of gRPC, which come with grpc-java. */
export async function provideCertificates(): Promise<Certificates> {
  const folder = await provision(`interop-certificates-${JAVA_VERSION}`, async (to) => {
    copyFileSync(join(root, "test/e2e/interop/java/pom.xml"), join(to, "pom.xml")); // Maven writes beside it
    const unpack = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack-dependencies";
    const only = ["-DincludeArtifactIds=grpc-testing", "-Dmdep.unpack.includes=certs/*"];
    const args = ["-q", "-B", "-f", join(to, "pom.xml"), unpack, ...only, `-DoutputDirectory=${to}`];
    await runTool("mvn", args, { missing: "install Maven 3.8 or newer" });
  });
  const file = (name: string) => join(folder, "certs", name);
  return {
    ca: file("ca.pem"),
    cert: file("server1.pem"),
    key: file("server1.key"),
    serverName: "foo.test.google.fr",
  };
}
