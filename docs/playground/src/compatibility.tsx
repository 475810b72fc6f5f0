import type { Change, ShownWitness } from "./answers.js";
import { Editor } from "./editor.js";
import { answer, change, inputs } from "./state.js";

/** The version before, and what the change does to those who still have it. */
export function Compatibility() {
  const { compatibility, previousProblems } = answer.value ?? {};
  return (
    <>
      <p>The old version. The new one is order.proto.</p>
      <Editor
        label="The old version of the schema"
        language="proto"
        text={inputs.value.previous}
        onInput={(text) => change({ previous: text })}
        problems={previousProblems ?? []}
      />
      {compatibility !== undefined && (
        <section aria-label="Changes">
          <p role="status" class="verdict">
            {compatibility.summary}
          </p>
          {compatibility.changes.map((each) => (
            <OneChange key={`${each.rule} ${each.line} ${each.text}`} of={each} />
          ))}
        </section>
      )}
    </>
  );
}

const severities: Readonly<Record<Change["severity"], string>> = {
  error: "Breaks",
  warning: "To review",
  info: "Compatible",
};

function OneChange({ of }: { readonly of: Change }) {
  return (
    <article class={`change ${of.severity}`}>
      <h3>
        <span class="badge">{severities[of.severity]}</span> {of.text}
      </h3>
      {of.before !== "" && of.after !== "" && (
        <p class="declarations">
          <del>{of.before}</del> <ins>{of.after}</ins>
        </p>
      )}
      <Witnesses of={of} />
      {of.severity !== "info" && (
        <p>
          {of.why} <strong>{of.fix}</strong>
        </p>
      )}
      <p class="rule">
        {of.rule}, line {of.line}
      </p>
    </article>
  );
}

/** The values that go wrong. Those of a compatible change are for who asks: a strict reader of an old version refuses much. */
function Witnesses({ of: { severity, witnesses } }: { readonly of: Change }) {
  const tables = witnesses.map((witness) => <Witness key={`${witness.surface} ${witness.way}`} of={witness} />);
  if (tables.length === 0) return null;
  const all = <div class="witnesses">{tables}</div>;
  if (severity !== "info") return all;
  return (
    <details>
      <summary>Readers that refuse it</summary>
      {all}
    </details>
  );
}

function Witness({ of }: { readonly of: ShownWitness }) {
  const isSource = of.surface === "typescript";
  return (
    <table class="witness">
      <caption>
        {of.surface}, {of.way}
      </caption>
      <tbody>
        <tr>
          <th scope="row">{isSource ? "Code" : of.surface === "binary" ? "Bytes" : "Text"}</th>
          <td>
            <code>{dataOf(of)}</code>
          </td>
        </tr>
        {!isSource && (
          <tr>
            <th scope="row">Written</th>
            <td>
              <code>{of.written}</code>
            </td>
          </tr>
        )}
        <tr>
          <th scope="row">{isSource ? "Now" : "Read"}</th>
          <td>
            <code>{of.read}</code>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** The bytes in pairs of digits; a text as it is. */
function dataOf({ surface, data }: ShownWitness): string {
  if (data === "") return "(empty)";
  return surface === "binary" ? data.replace(/..(?=.)/g, "$& ") : data;
}
