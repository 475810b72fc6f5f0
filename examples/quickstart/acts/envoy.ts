import { deepStrictEqual, equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { PurchaseOrderService } from "../gen/order_grpc.js";
import { findEnvoy, freePort, startEnvoy, stop } from "../installed-envoy.js";
import type { Act } from "../main.js";
import { createShop } from "../shop.js";
import { code, paint, result, say } from "../terminal.js";

const deployment = readFileSync("deployment.yaml", "utf8");

/** Derives a proxy's configuration from the agreement, and calls through a real proxy where one is installed. */
export const envoy: Act = {
  title: "Envoy",
  async play() {
    rmSync("envoy", { recursive: true, force: true });
    mkdirSync("envoy");
    showConfig();
    showPicture();
    showRefusal();
    await showCalls(findEnvoy());
  },
};

function showConfig(): void {
  say("A deployment file says where the service runs; how its methods are to be treated is in the agreement already.");
  code(
    "protoc --envoy_out=envoy --envoy_opt=deployment=deployment.yaml,format=static,format=typescript,explain order.proto",
  );
  equal(generate("deployment=deployment.yaml,format=static,format=typescript,explain"), "");
  const config = readFileSync("envoy/envoy.yaml", "utf8");
  console.log(
    `  ${paint("note", `envoy/envoy.yaml, ${config.split("\n").length - 1} lines: envoy -c envoy/envoy.yaml`)}`,
  );
  console.log();
  const route = (method: string, key: string) =>
    new RegExp(`/${method}\\n[\\s\\S]*?${key}: "?([^"\\n]*)`).exec(config)?.[1];
  say(
    "A call of Purchase may take 3 s, as the file says. A stream lives as long as it likes: Envoy's 15 s are not for it.",
  );
  result("timeout of Purchase", route("Purchase", "timeout"), "3s");
  result("timeout of ListOrders, which is streaming", route("ListOrders", "timeout"), "0s");
  result("idle_timeout of Talk, which is streaming", route("Talk", "idle_timeout"), "0s");
  result("the shop is spoken to by HTTP/2", config.includes("http2_protocol_options"), true);
}

/** The picture of envoy.md, in which a line is an arrow. */
function showPicture(): void {
  say("envoy/envoy.html shows the way of calls, and says for each line which other line has caused it.");
  const page = readFileSync("envoy/envoy.md", "utf8");
  const titles = new Map(
    Array.from(page.matchAll(/^ {2}(n\d+)\["(.*?)"\]$/gm), ([, id, title]) => [id, title!.replace("<br>", ", ")]),
  );
  const next = new Map(Array.from(page.matchAll(/^ {2}(n\d+) --> (n\d+)$/gm), ([, from, to]) => [from, to]));
  const way: string[] = [];
  for (let at: string | undefined = "n0"; at !== undefined; at = next.get(at)) way.push(titles.get(at) ?? "");
  deepStrictEqual(way.length, 4);
  for (const [i, title] of way.entries())
    console.log(`  ${"   ".repeat(i)}${i > 0 ? "└─ " : ""}${paint("title", title)}`);
  const why = page.split("\n").find((line) => line.includes("| timeout 3 s |"));
  match(why ?? "", /deployment\.yaml:9:5/);
  console.log(
    `\n  ${paint("note", "timeout 3 s, because of deployment.yaml:9:5; idle 4 s, a second longer than the timeout, which is to decide")}`,
  );
}

function showRefusal(): void {
  say("Who wants Purchase to be tried again is told why not: nothing in the agreement says that it may happen twice.");
  const wrong = deployment.replace(
    "    timeout: 3s\n",
    "$&    methods:\n      Purchase:\n        retry: { attempts: 3 }\n",
  );
  writeFileSync("envoy/retry.yaml", wrong);
  const refusal = generate("deployment=envoy/retry.yaml");
  match(
    refusal,
    /retry of \/shop\.v1\.PurchaseOrderService\/Purchase, which is not idempotent \(retry-not-idempotent\)/,
  );
  console.log(
    paint(
      "error",
      refusal
        .trim()
        .replace(/^--envoy_out: /, "")
        .replace(/^(?=.)/gm, "  "),
    ),
  );
}

/** Runs protoc with the plugin; returns what it says. */
function generate(options: string): string {
  const args = ["../../node_modules/protoc/protoc.cjs", "--envoy_out=envoy", `--envoy_opt=${options}`, "order.proto"];
  return spawnSync(process.execPath, args, { encoding: "utf8" }).stderr;
}

async function showCalls(program: string | undefined): Promise<void> {
  if (program === undefined) {
    say("No Envoy is installed here: npm run test:e2e -- envoy gets one, and this act then makes calls through it.");
    return;
  }
  const server = createServer().add(PurchaseOrderService, createShop());
  const shopPort = await server.listen("127.0.0.1:0");
  const proxyPort = await freePort();
  const here = deployment
    .replace("127.0.0.1:10000", `127.0.0.1:${proxyPort}`)
    .replace("127.0.0.1:50051", `127.0.0.1:${shopPort}`);
  writeFileSync("envoy/here.yaml", here);
  equal(generate("deployment=envoy/here.yaml"), "");
  const proxy = startEnvoy(program, "envoy/envoy.yaml");
  const transport = grpcTransport({ address: `127.0.0.1:${proxyPort}` });
  try {
    const client = createClient(PurchaseOrderService, transport);
    say("The shop, a real Envoy before it, and calls through both.");
    const order = { date: "2026-11-22", classname: "gRPC", author: "liuchao", price: 68 };
    const reply = await client.purchase(order, { waitForReady: true, deadline: 10_000 });
    code(`const reply = await client.purchase({ date, classname: "gRPC", author, price: 68 });`);
    result("reply.accepted", reply.accepted, true);
    const prices: number[] = [];
    for await (const { price } of client.listOrders({ author: "liuchao" })) prices.push(price);
    code("for await (const order of client.listOrders({ author })) prices.push(order.price);");
    result("prices", prices, [68]);
  } finally {
    transport.close();
    await stop(proxy);
    await server.close({ grace: 0 });
  }
}
