/** A mistake of the user's, in the schema or in an option: reported in the response, without a stack trace. */
export class PluginError extends Error {
  override readonly name = "PluginError";
}
