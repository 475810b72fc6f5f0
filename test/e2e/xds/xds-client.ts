/** A client of discovery that accepts or refuses what it is sent, as a test wants. */
import { AggregatedDiscoveryService } from "@protoloom/envoy/gen/envoy/service/discovery/v3/ads_grpc";
import type {
  DiscoveryRequestInit,
  DiscoveryResponse,
} from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import { createClient, type Transport } from "@protoloom/rpc";

/** Follows all resources of a type. `judge` returns why a response is refused. Returns a function that ends the stream. */
export function followType(
  transport: Transport,
  id: string,
  typeUrl: string,
  judge: (response: DiscoveryResponse) => string | undefined,
): () => void {
  const controller = new AbortController();
  const queue: DiscoveryRequestInit[] = [{ node: { id, userAgentName: "envoy" }, typeUrl, resourceNames: ["*"] }];
  let wake: () => void = () => {};
  const requests = async function* (): AsyncGenerator<DiscoveryRequestInit, void, undefined> {
    while (!controller.signal.aborted) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const read = async (): Promise<void> => {
    let versionInfo = "";
    const client = createClient(AggregatedDiscoveryService, transport);
    for await (const response of client.streamAggregatedResources(requests(), { signal: controller.signal })) {
      const message = judge(response);
      if (message === undefined) versionInfo = response.versionInfo;
      const errorDetail = message === undefined ? undefined : { code: 3, message };
      queue.push({ typeUrl, resourceNames: ["*"], versionInfo, responseNonce: response.nonce, errorDetail });
      wake();
    }
  };
  read().catch(() => {}); // it was ended
  return () => {
    controller.abort();
    wake();
  };
}
