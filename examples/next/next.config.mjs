export default {
  // The gRPC client opens sockets: Node loads it as it is.
  serverExternalPackages: ["@protoloom/rpc"],
  // This folder, also where folders above it have lock files of their own.
  turbopack: { root: import.meta.dirname },
};
