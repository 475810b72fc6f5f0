/** Stands for TypeScript where protoplugin is bundled: the plugin writes TypeScript alone, so nothing is transpiled. */
export default {};
export const createDefaultMapFromNodeModules = undefined;
export const createSystem = undefined;
export const createVirtualCompilerHost = undefined;
