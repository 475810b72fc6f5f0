/** A `LoadAssignment` of `xds.proto`: 1,000 endpoints in four localities. */
export function buildLoadAssignment(random) {
  return {
    clusterName: `outbound|8080||orders-${random.text(4)}.prod.svc.cluster.local`,
    endpoints: ["a", "b", "c", "d"].map((zone, priority) => ({
      locality: { region: "eu-west-1", zone: `eu-west-1${zone}`, subZone: `rack-${random.text(3)}` },
      lbEndpoints: Array.from({ length: 250 }, () => lbEndpoint(random)),
      loadBalancingWeight: { value: random.between(1, 100) },
      priority,
    })),
    policy: { overprovisioningFactor: { value: 140 } },
  };
}

/** The enclosing response. An encoder fills in `resources[0].value`. */
export function buildDiscoveryResponse() {
  const typeUrl = "type.googleapis.com/protoloom.bench.xds.LoadAssignment";
  return {
    versionInfo: "2026-11-22T10:11:12Z/17",
    resources: [{ typeUrl, value: new Uint8Array() }],
    typeUrl,
    nonce: "a8f1c2d4",
    controlPlane: { identifier: "control-plane-0" },
  };
}

function lbEndpoint(random) {
  const socketAddress = {
    protocol: 0,
    address: `10.${random.between(10, 99)}.${random.between(10, 99)}.${random.between(10, 99)}`,
    portSpecifier: { case: "portValue", value: random.between(1024, 65535) },
  };
  return {
    hostIdentifier: {
      case: "endpoint",
      value: {
        address: { address: { case: "socketAddress", value: socketAddress } },
        hostname: `orders-${random.text(4)}`,
      },
    },
    healthStatus: random.chance(0.95) ? 1 : 2,
    metadata: { filterMetadata: { "envoy.lb": { fields: labels(random) } } },
    loadBalancingWeight: { value: random.between(1, 120) },
  };
}

function labels(random) {
  return {
    version: { kind: { case: "stringValue", value: `v${random.between(10, 99)}` } },
    canary: { kind: { case: "boolValue", value: random.chance(0.1) } },
  };
}
