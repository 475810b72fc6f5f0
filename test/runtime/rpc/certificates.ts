import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority, and what it has signed for a server and a client, both by the name `shop.test`. */
export type Certificates = Record<"ca" | "key" | "cert" | "clientKey" | "clientCert", Buffer>;

/** Makes them by openssl. They are good for a day. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "protoloom-"));
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test ca");
  const from = ["-CA", "ca.pem", "-CAkey", "ca.key"];
  const extensions = ["-addext", "subjectAltName=DNS:shop.test", "-addext", "basicConstraints=critical,CA:FALSE"];
  for (const name of ["server", "client"]) {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`];
    openssl("req", "-x509", ...key, ...from, ...files, ...extensions);
  }
  const read = (name: string) => readFileSync(join(folder, name));
  const made = { ca: read("ca.pem"), key: read("server.key"), cert: read("server.pem") };
  const client = { clientKey: read("client.key"), clientCert: read("client.pem") };
  rmSync(folder, { recursive: true });
  return { ...made, ...client };
}
