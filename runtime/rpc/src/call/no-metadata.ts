import { Metadata } from "./metadata.js";

/** For whoever reads only: nobody adds to it. */
export const NO_METADATA: Metadata = new Metadata();
