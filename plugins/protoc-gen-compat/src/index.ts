export { type Image, imageOf, parseImage, parseJsonImage } from "./baseline/image.js";
export { type CheckOptions, check } from "./check.js";
export type { Direction, Effect, Finding, Location, Role, Surface, Verdict, Witness } from "./finding.js";
export { bufJson, bufText, checkLikeBuf } from "./profiles/buf/check.js";
export { parseBufConfig } from "./profiles/buf/config.js";
export { createSchema, type Schema } from "./schema.js";
