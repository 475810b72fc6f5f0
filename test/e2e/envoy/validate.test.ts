/** A real Envoy accepts everything that our tests emit, and warns of no field of it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { generateFolder } from "../../plugins/protoc-gen-envoy/generate.js";
import { PROVISION_MS, root, runTool } from "../provision.js";
import { provideEnvoy, refusal, Workplace } from "./envoy.js";

const folder = join(root, "test/plugins/protoc-gen-envoy");
const goldens = readdirSync(join(folder, "golden")).map((name) => `golden/${name}`);
const mended = readdirSync(join(folder, "diagnostics")).map((name) => `diagnostics/${name}/mended`);

let envoy: string;
const workplace = new Workplace();

beforeAll(async () => {
  envoy = await provideEnvoy();
  await workplace.writeCertificates();
  workplace.write({ "jwks.json": await keys() });
}, PROVISION_MS);

afterAll(() => workplace.remove());

/** A key as JSON, for the files that name one. */
async function keys(): Promise<string> {
  const make =
    "const k = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })";
  const show = "console.log(JSON.stringify({ keys: [{ ...k, kid: 'a', alg: 'RS256', use: 'sig' }] }))";
  return runTool(process.execPath, ["-e", `${make}; ${show}`], { missing: "install Node" });
}

function isEnvoy(name: string): boolean {
  return ![
    "golden/nginx",
    "golden/gateway",
    "golden/haproxy",
    "golden/keepalived",
    "golden/routes",
    "golden/typescript",
  ].includes(name);
}

test.each([...goldens, ...mended])("%s", async (name) => {
  // what other programs are told is in test/e2e/proxies
  const { error, files } = generateFolder(join(folder, name), isEnvoy(name) ? undefined : "format=static");
  expect(error).toBe("");
  workplace.write(files);
  const configs = Object.keys(files).filter((file) => /(^|\/)(envoy|bootstrap)\.(yaml|json)$/.test(file));
  expect(configs.length).toBeGreaterThan(0);
  for (const config of configs) expect(await refusal(envoy, config, workplace)).toBe("");
});

test("the check would see a deprecated field", async () => {
  const { files } = generateFolder(join(folder, "golden/service-and-method"));
  const old = files["envoy.yaml"]!.replace(
    "type: STATIC",
    'type: STRICT_DNS\n      dns_jitter: "0s"\n      use_tcp_for_dns_lookups: true',
  );
  workplace.write({ "old.yaml": old });
  expect(await refusal(envoy, "old.yaml", workplace)).toMatch(/deprecated/i);
});
