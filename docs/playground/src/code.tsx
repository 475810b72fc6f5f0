import { useSignal } from "@preact/signals";
import { Editor } from "./editor.js";
import { answer, change, inputs } from "./state.js";

/** The generated files, and the options that they are generated with. */
export function Code() {
  const name = useSignal("");
  const { code } = answer.value ?? {};
  const files = code !== undefined && "ok" in code ? code.ok : [];
  const shown = files.find((file) => file.name === name.value) ?? files[0];
  return (
    <>
      <label class="field">
        <span>Options</span>
        <input
          value={inputs.value.options}
          placeholder="oneofs=getters,json=functions"
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => change({ options: currentTarget.value })}
        />
      </label>
      {code !== undefined && "error" in code && <p class="problem">{code.error}</p>}
      {files.length > 1 && (
        <fieldset class="files">
          <legend>Files</legend>
          {files.map((file) => (
            <button
              key={file.name}
              type="button"
              aria-pressed={file === shown}
              onClick={() => (name.value = file.name)}
            >
              {file.name}
            </button>
          ))}
        </fieldset>
      )}
      {shown !== undefined && <Editor label={`The generated file ${shown.name}`} language="ts" text={shown.text} />}
    </>
  );
}
