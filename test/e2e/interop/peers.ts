/** The other implementations: where their programs come from, and how they are started. A new one is a row. */
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { provision, root, runTool } from "../provision.js";
import type { Abilities } from "./cases.js";
import type { Certificates } from "./certificates.js";
import { provideGrpcio } from "./provide-grpcio.js";

export interface Peer {
  readonly name: string;
  /** Gets the programs. Throws where they cannot be had. */
  provision(): Promise<Programs>;
  /** Cases that are played in part, because the peer cannot do the rest. */
  readonly limits: readonly Limit[];
}

/** Commands; with certificates, connections are encrypted. */
export interface Programs {
  server(port: number, certificates?: Certificates): Command;
  client(port: number, name: string, certificates?: Certificates): Command;
}

export type Command = readonly [command: string, ...args: string[]];

/** Excluded cases, with the peer's own reason. */
export interface Limit {
  readonly cases: readonly string[];
  /** Which side of the peer's has the limit. */
  readonly side: "client" | "server";
  /** The status that our client expects from a server with this limit. */
  readonly expects?: Partial<Abilities>;
  readonly reason: string;
}

export const JAVA_VERSION = "1.76.0"; // as in java/pom.xml

const here = join(root, "test/e2e/interop");

const grpcGo: Peer = {
  name: "grpc-go",
  limits: [
    {
      cases: ["client_compressed_streaming"],
      side: "client",
      reason: "grpc.UseCompressor is for all messages of a call: the two messages of the case are in two calls",
    },
    {
      cases: ["server_compressed_streaming"],
      side: "server",
      expects: { replies: [true, true] },
      reason: "grpc.SetSendCompressor is for all messages of a call: both are compressed",
    },
  ],
  async provision() {
    const program = await provideGrpcGo();
    return {
      server: (port, tls) => [
        program,
        ...["server", "-port", `${port}`],
        ...(tls === undefined ? [] : ["-cert", tls.cert, "-key", tls.key]),
      ],
      client: (port, name, tls) => [
        program,
        ...["client", "-port", `${port}`, "-case", name],
        ...(tls === undefined ? [] : ["-ca", tls.ca, "-name", tls.serverName]),
      ],
    };
  },
};

/** The program of `go/main.go`. */
export async function provideGrpcGo(): Promise<string> {
  const folder = await provision("interop-grpc-go-1.76.0-tls", async (to) => {
    const binary = join(to, process.platform === "win32" ? "interop.exe" : "interop");
    const env = {
      GOFLAGS: "-mod=readonly -buildvcs=false",
      PATH: [process.env.PATH, "/usr/local/go/bin"].join(delimiter),
    };
    const missing = "install Go 1.24 or newer";
    await runTool("go", ["build", "-o", binary, "."], { cwd: join(here, "go"), env, missing });
  });
  return join(folder, "interop");
}

function provisionJava(): Promise<string> {
  return provision(`interop-grpc-java-${JAVA_VERSION}`, async (to) => {
    await runTool("java", ["-version"], { missing: "install Java 11 or newer" });
    copyFileSync(join(here, "java/pom.xml"), join(to, "pom.xml")); // Maven writes beside it
    const maven = ["-q", "-B", "-f", join(to, "pom.xml")];
    const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
    const protos = ["-DincludeArtifactIds=grpc-interop-testing", "-Dmdep.unpack.includes=**/*.proto"];
    const missing = "install Maven 3.8 or newer";
    await runTool("mvn", [...maven, `${plugin}:copy-dependencies`, `-DoutputDirectory=${to}`], { missing });
    const unpack = [`${plugin}:unpack-dependencies`, ...protos, `-DoutputDirectory=${join(to, "protos")}`];
    await runTool("mvn", [...maven, ...unpack], { missing });
  });
}

/** The folder of the official proto files, which come with grpc-java. */
export async function officialProtos(): Promise<string> {
  return join(await provisionJava(), "protos");
}

const grpcJava: Peer = {
  name: "grpc-java",
  limits: [
    {
      cases: ["client_compressed_unary", "client_compressed_streaming"],
      side: "server",
      expects: { probes: false },
      reason:
        "its TestServiceImpl does not look at expect_compressed, so it cannot refuse a request; its client knows: …_noprobe",
    },
    {
      cases: ["server_compressed_streaming"],
      side: "server",
      expects: { replies: [false, false] },
      reason: "its TestServiceImpl compresses responses of UnaryCall only",
    },
  ],
  async provision() {
    const folder = await provisionJava();
    // Short lives: what a compiler would gain is less than it costs.
    const flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", join(folder, "*")];
    const program = (name: string, tls: Certificates | undefined) =>
      ["java", ...flags, `io.grpc.testing.integration.${name}`, `--use_tls=${tls !== undefined}`] as const;
    return {
      server: (port, tls) => [...program("TestServiceServer", tls), `--port=${port}`], // has the certificates built in
      client: (port, name, tls) => [
        ...program("TestServiceClient", tls),
        ...["--server_host=127.0.0.1", `--server_port=${port}`, `--test_case=${name}`],
        ...(tls === undefined ? [] : ["--use_test_ca=true", `--server_host_override=${tls.serverName}`]),
      ],
    };
  },
};

const grpcCore: Peer = {
  name: "the C++ core of gRPC, by grpcio",
  limits: [
    {
      cases: ["client_compressed_unary", "client_compressed_streaming"],
      side: "server",
      expects: { probes: false },
      reason:
        "grpcio does not tell a handler whether a request came compressed: the server cannot refuse one that did not",
    },
  ],
  async provision() {
    const folder = await provideGrpcio();
    const descriptors = join(folder, "testing.binpb");
    const protoc = [
      join(root, "node_modules/protoc/protoc.cjs"),
      "-Itest/protos",
      `--descriptor_set_out=${descriptors}`,
    ];
    execFileSync(process.execPath, [...protoc, "grpc/testing.proto"], { cwd: root });
    const program = [join(folder, "bin/python"), join(here, "core/interop.py"), descriptors] as const;
    return {
      server: (port, tls) => [...program, "server", `${port}`, ...(tls === undefined ? [] : [tls.cert, tls.key])],
      client: (port, name, tls) => [
        ...program,
        ...["client", `${port}`, name],
        ...(tls === undefined ? [] : [tls.ca, tls.serverName]),
      ],
    };
  },
};

export const peers: readonly Peer[] = [grpcGo, grpcJava, grpcCore];
