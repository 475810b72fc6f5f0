import { type ChannelOptions, compressionAlgorithms } from "@grpc/grpc-js";
import type { Keepalive, SizeLimits } from "../transport/listener.js";
import type { GrpcJsTransportOptions } from "./options.js";

/** Our options under their names in grpc-js. */
export function clientChannelOptions(options: GrpcJsTransportOptions): ChannelOptions {
  const { compression, serviceConfig, tls } = options;
  return {
    ...sizes(options),
    ...keepalive(options.keepalive),
    ...(compression !== undefined && { "grpc.default_compression_algorithm": compressionAlgorithms[compression] }),
    ...(serviceConfig !== undefined && { "grpc.service_config": JSON.stringify(serviceConfig) }),
    ...(typeof tls === "object" &&
      tls.serverName !== undefined && {
        "grpc.ssl_target_name_override": tls.serverName,
        "grpc.default_authority": tls.serverName,
      }),
    ...options.channelOptions,
  };
}

function sizes({ maxReceiveBytes, maxSendBytes }: SizeLimits): ChannelOptions {
  return {
    ...(maxReceiveBytes !== undefined && { "grpc.max_receive_message_length": maxReceiveBytes }),
    ...(maxSendBytes !== undefined && { "grpc.max_send_message_length": maxSendBytes }),
  };
}

function keepalive(options: Keepalive | undefined): ChannelOptions {
  if (options === undefined) return {};
  return {
    "grpc.keepalive_time_ms": options.time,
    ...(options.timeout !== undefined && { "grpc.keepalive_timeout_ms": options.timeout }),
    "grpc.keepalive_permit_without_calls": options.withoutCalls ? 1 : 0,
  };
}
