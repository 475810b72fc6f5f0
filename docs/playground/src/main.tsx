import { useSignal } from "@preact/signals";
import { render } from "preact";
import { Bytes } from "./bytes.js";
import { Code } from "./code.js";
import { Compatibility } from "./compatibility.js";
import { Editor } from "./editor.js";
import { Envoy } from "./envoy.js";
import { type View, views } from "./protocol.js";
import { addressNow, answer, change, inputs, isWorking, start, view } from "./state.js";

const tabs: Readonly<Record<View, { readonly title: string; readonly Shown: () => preact.JSX.Element }>> = {
  code: { title: "TypeScript", Shown: Code },
  bytes: { title: "Bytes", Shown: Bytes },
  compatibility: { title: "Compatibility", Shown: Compatibility },
  envoy: { title: "Envoy", Shown: Envoy },
};

function Playground() {
  const { Shown } = tabs[view.value];
  const { problems = [] } = answer.value ?? {};
  return (
    <div class="playground">
      <div class="source">
        <div class="bar">
          <h2>order.proto</h2>
          <Share />
        </div>
        <Editor
          label="The schema"
          language="proto"
          text={inputs.value.proto}
          onInput={(text) => change({ proto: text })}
          problems={problems}
        />
        <ul class="problems" aria-live="polite">
          {problems.map(({ severity, file, line, column, message }) => (
            <li key={`${line} ${column} ${message}`} class={severity}>
              {file !== "" && `${line}:${column}: `}
              {message}
            </li>
          ))}
        </ul>
      </div>
      <div class="result">
        <div class="bar" role="tablist" aria-label="What is made of it" onKeyDown={walk}>
          {views.map((name) => (
            <button
              key={name}
              id={`tab-${name}`}
              type="button"
              role="tab"
              aria-selected={name === view.value}
              aria-controls="view"
              tabIndex={name === view.value ? 0 : -1}
              onClick={() => (view.value = name)}
            >
              {tabs[name].title}
            </button>
          ))}
        </div>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${view.value}`} aria-busy={isWorking.value}>
          {answer.value === undefined && <p class="wait">Loading the compiler (3 MB) …</p>}
          <Shown />
        </div>
      </div>
    </div>
  );
}

function walk(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  view.value = views.at((views.indexOf(view.value) + step) % views.length)!;
  document.getElementById(`tab-${view.value}`)?.focus();
}

function Share() {
  const said = useSignal("");
  const share = async (): Promise<void> => {
    const address = await addressNow();
    try {
      await navigator.clipboard.writeText(address);
      said.value = "Copied";
    } catch {
      said.value = "The address of this page has it"; // the clipboard may be forbidden
    }
  };
  return (
    <p class="share">
      <span role="status">{said}</span>{" "}
      <button type="button" onClick={() => void share()}>
        Copy link
      </button>
    </p>
  );
}

const place = document.getElementById("playground")!;
place.replaceChildren();
render(<Playground />, place);
void start(new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
