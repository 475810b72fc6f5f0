import { Brotli } from "../gen/envoy/extensions/compression/brotli/compressor/v3/brotli_pb.js";
import { Gzip } from "../gen/envoy/extensions/compression/gzip/compressor/v3/gzip_pb.js";
import { Zstd } from "../gen/envoy/extensions/compression/zstd/compressor/v3/zstd_pb.js";
import { Compressor } from "../gen/envoy/extensions/filters/http/compressor/v3/compressor_pb.js";
import type { Compression } from "../model/terms.js";
import { typedConfig } from "./typed-config.js";

const libraries = { gzip: Gzip, brotli: Brotli, zstd: Zstd };

/** Compresses JSON. Messages of gRPC are compressed by its own means, end to end. */
export function emitCompressor(compression: Compression): Compressor {
  const typed = typedConfig(new libraries[compression]());
  return new Compressor({ compressorLibrary: { name: compression, typedConfig: typed } });
}
