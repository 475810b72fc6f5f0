import { Editor } from "./editor.js";
import { answer, change, inputs } from "./state.js";

/** Where the services run, and how Envoy leads calls to them. */
export function Envoy() {
  const { envoy } = answer.value ?? {};
  return (
    <>
      <Editor
        label="The deployment file"
        language="yaml"
        text={inputs.value.deployment}
        onInput={(text) => change({ deployment: text })}
      />
      {envoy !== undefined && "error" in envoy && <pre class="problem">{envoy.error}</pre>}
      {envoy !== undefined && "ok" in envoy && (
        <iframe title="How calls pass Envoy" class="routes" sandbox="allow-scripts" srcdoc={envoy.ok} />
      )}
    </>
  );
}
