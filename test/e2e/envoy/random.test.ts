/** Random deployment files: a real Envoy takes each that we take, and those that we refuse have a diagnostic with a place. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { isShort, PROVISION_MS } from "../provision.js";
import { type Accepted, acceptedDeployments } from "../random-deployments.js";
import { report } from "../report.js";
import { provideEnvoy, refusal, Workplace } from "./envoy.js";

jest.setTimeout(900_000);

/** 2,000 files in parts of their own seeds, so that one may be run alone: -t "part 3". */
const PARTS = isShort ? [1] : [1, 2, 3, 4, 5, 6, 7, 8];
const COUNT = isShort ? 200 : 250;
/** The number of files for one Envoy: starting it takes longer than reading them. */
const AT_ONCE = 100;

let envoy: string;
const workplace = new Workplace();
beforeAll(async () => {
  jest.spyOn(process.stderr, "write").mockReturnValue(true); // where the plugin says what has no effect
  envoy = await provideEnvoy();
  await workplace.writeCertificates();
  const key = '{ "kty": "oct", "k": "c2VjcmV0", "kid": "a", "alg": "HS256" }';
  workplace.write({ "jwks.json": `{ "keys": [${key}] }` });
}, PROVISION_MS);
afterAll(() => workplace.remove());

test.each(PARTS)("part %i: Envoy refuses none of those that we accept", async (part) => {
  const { accepted, refused, broken } = acceptedDeployments(COUNT, 12 + part, "format=static,syntax=json", (text) => {
    workplace.write({ "deployment.yaml": text });
    return join(workplace.folder, "deployment.yaml");
  });
  expect(broken).toEqual([]);
  const wrong: string[] = [];
  for (let i = 0; i < accepted.length; i += AT_ONCE) wrong.push(...(await refusedOf(accepted.slice(i, i + AT_ONCE))));
  report(`${accepted.length} accepted, ${refused} refused by us with a diagnostic, ${wrong.length} refused by Envoy`);
  expect(wrong).toEqual([]);
});

/** Finds those that Envoy rejects, and its reasons: bisects a rejected group until one is left. */
async function refusedOf(some: readonly Accepted[]): Promise<string[]> {
  for (const { files } of some)
    workplace.write(Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith("secrets/"))));
  workplace.write({ "envoy.json": JSON.stringify(together(some)) });
  const found = await refusal(envoy, "envoy.json", workplace);
  if (found === "") return [];
  if (some.length === 1) return [`${found}\n${some[0]!.deployment}`];
  const half = Math.ceil(some.length / 2);
  return [...(await refusedOf(some.slice(0, half))), ...(await refusedOf(some.slice(half)))];
}

interface Bootstrap {
  readonly dynamic_resources?: object;
  readonly static_resources: {
    readonly listeners?: readonly { name: string }[];
    readonly clusters?: readonly { name: string }[];
  };
}

/** One bootstrap with the resources of all; what each sidecar has by the same name is there once, or gets another. */
function together(some: readonly Accepted[]): object {
  const bootstraps = some.map(({ files }) => JSON.parse(files["envoy.json"]!) as Bootstrap);
  const all = bootstraps.map((each) => each.static_resources);
  const dynamic = bootstraps.find((each) => each.dynamic_resources)?.dynamic_resources; // for registered endpoints
  const clusters = new Map(all.flatMap((each) => (each.clusters ?? []).map((cluster) => [cluster.name, cluster])));
  const listeners = all.flatMap((each, i) =>
    (each.listeners ?? []).map((listener) => ({ ...listener, name: `${listener.name}.${i}` })),
  );
  return {
    node: { id: "a", cluster: "a" },
    dynamic_resources: dynamic,
    static_resources: { clusters: [...clusters.values()], listeners },
  };
}
