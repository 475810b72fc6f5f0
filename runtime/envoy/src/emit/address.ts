import type { AddressInit } from "../gen/envoy/config/core/v3/address_pb.js";
import type { Address } from "../model/terms.js";

export function emitAddress({ host, port, path }: Address): AddressInit {
  if (path !== undefined) return { address: { case: "pipe", value: { path } } };
  const portSpecifier = { case: "portValue", value: port } as const;
  return { address: { case: "socketAddress", value: { address: host, portSpecifier } } };
}
