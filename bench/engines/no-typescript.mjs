/** Replaces TypeScript in the bundle of protoplugin: the plugin writes only TypeScript, so nothing is transpiled. */
export default {};
export const createDefaultMapFromNodeModules = undefined;
export const createSystem = undefined;
export const createVirtualCompilerHost = undefined;
