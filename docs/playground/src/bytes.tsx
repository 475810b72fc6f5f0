import { useSignal } from "@preact/signals";
import type { Encoded } from "./answers.js";
import { Editor } from "./editor.js";
import type { Part } from "./explain-bytes.js";
import { answer, change, inputs } from "./state.js";

/** A message as JSON, and its bytes, each with what it means. */
export function Bytes() {
  const { messages = [], bytes } = answer.value ?? {};
  const { type, json } = inputs.value;
  return (
    <>
      <label class="field">
        <span>Message</span>
        <select value={type} onChange={({ currentTarget }) => change({ type: currentTarget.value })}>
          {messages.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Editor label="The message as JSON" language="json" text={json} onInput={(text) => change({ json: text })} />
      {bytes !== undefined &&
        ("error" in bytes ? <p class="problem">{bytes.error}</p> : <Explained encoded={bytes.ok} />)}
    </>
  );
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

function Explained({ encoded: { bytes, parts } }: { readonly encoded: Encoded }) {
  const chosen = useSignal(0);
  const at = Math.min(chosen.value, parts.length - 1);
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(at + step, 0), parts.length - 1);
    chosen.value = to;
    event.currentTarget.querySelectorAll("button")[to]?.focus();
  };
  return (
    <section class="bytes" aria-label="The bytes of the message">
      <p>
        {bytes.length} {bytes.length === 1 ? "byte" : "bytes"}
        {parts.length > 0 && ". Point at one, or walk through them with the arrow keys."}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys come from the buttons in it */}
      <div class="hex" onKeyDown={move}>
        {parts.map((part, i) => (
          <button
            key={part.start}
            type="button"
            class={`${part.kind} ${i === at ? "chosen" : part.path === parts[at]?.path ? "same" : ""}`}
            tabIndex={i === at ? 0 : -1}
            aria-label={`${hex(bytes, part)}: ${part.path}, ${part.kind}, ${part.text}`}
            onFocus={() => (chosen.value = i)}
            onMouseEnter={() => (chosen.value = i)}
          >
            {hex(bytes, part)}
          </button>
        ))}
      </div>
      {parts[at] !== undefined && <Meaning part={parts[at]} />}
      <details>
        <summary>All {parts.length} parts</summary>
        <ol class="parts">
          {parts.map((part) => (
            <li key={part.start} style={{ paddingInlineStart: `${part.depth}rem` }}>
              <code>{hex(bytes, part)}</code> {part.path} <span>{part.text}</span>
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

const kinds: Readonly<Record<Part["kind"], string>> = { tag: "Tag", length: "Length", value: "Value" };

function Meaning({ part: { kind, path, start, end, text } }: { readonly part: Part }) {
  return (
    <dl class="meaning">
      <dt>{kinds[kind]}</dt>
      <dd>{text}</dd>
      <dt>Field</dt>
      <dd>
        <code>{path}</code>
      </dd>
      <dt>{end - start === 1 ? "Byte" : "Bytes"}</dt>
      <dd>{end - start === 1 ? start : `${start} to ${end - 1}`}</dd>
    </dl>
  );
}

function hex(bytes: Uint8Array, { start, end }: Part): string {
  return Array.from(bytes.subarray(start, end), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
