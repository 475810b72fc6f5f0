import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../../test/gen/js/rpc/orders_grpc.js";
import { callsOf, handlersOf } from "../shared/protoloom.mjs";

/** The client takes the certificate from this file. */
const certificateFile = (port) => join(tmpdir(), `protoloom-bench-${port}.pem`);

export async function serve(message) {
  const tls = makeCertificate();
  const port = await createServer().add(Orders, handlersOf(message)).listen("127.0.0.1:0", { tls });
  writeFileSync(certificateFile(port), tls.cert);
  process.once("exit", () => rmSync(certificateFile(port), { force: true }));
  return port;
}

export function dial(port, message) {
  const ca = readFileSync(certificateFile(port));
  const transport = grpcTransport({ address: `127.0.0.1:${port}`, tls: { ca, serverName: "bench.test" } });
  return callsOf(createClient(Orders, transport), message);
}

/** A certificate of a day for bench.test, by openssl. */
function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), "protoloom-bench-"));
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  const names = ["-subj", "/CN=bench", "-addext", "subjectAltName=DNS:bench.test"];
  execFileSync("openssl", ["req", "-x509", ...key, ...names, "-keyout", "key.pem", "-out", "cert.pem"], {
    cwd: folder,
    stdio: "ignore",
  });
  const read = (name) => readFileSync(join(folder, name));
  const made = { key: read("key.pem"), cert: read("cert.pem") };
  rmSync(folder, { recursive: true });
  return made;
}
