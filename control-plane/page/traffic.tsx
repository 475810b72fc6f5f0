import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ServiceOverviewJson } from "../src/gen/protoloom/admin/v1/admin_pb.js";
import { isEqual, type Split, splitOf, versionsOf, withShare } from "./split.js";
import { access, setPolicy } from "./state.js";

/** The traffic split of a service, with a slider for each version. A change is sent once it is confirmed. */
export function Traffic({ service }: { readonly service: ServiceOverviewJson }) {
  const versions = versionsOf(service);
  const draft = useSignal<Split | undefined>(undefined);
  const isAsking = useSignal(false);
  const { canaries = [], split: governed = [] } = service.policy ?? {};
  const inForce = splitOf(service);
  const shown = draft.value ?? inForce;
  const isChanged = !isEqual(shown, inForce);
  const isReadOnly = access.value.readOnly ?? false;
  return (
    <section class="traffic">
      <h4>Traffic</h4>
      <Bar split={shown} />
      {governed.length === 0 && <p class="quiet">No split is set: calls go to all healthy instances alike.</p>}
      {canaries.map(({ header, value, version }) => (
        <p key={`${header} ${value}`}>
          Calls with the header <code>{value ? `${header}: ${value}` : header}</code> go to {version}.
        </p>
      ))}
      {versions.length > 1 &&
        versions.map((version) => (
          <label class="share" key={version}>
            <span>{version}</span>
            <input
              type="range"
              min="0"
              max="100"
              disabled={isReadOnly}
              value={shown[version]}
              aria-label={`share of ${version} of ${service.summary?.name}`}
              aria-valuetext={`${shown[version]} percent`}
              onInput={({ currentTarget }) => (draft.value = withShare(shown, version, Number(currentTarget.value)))}
            />
            <output>{shown[version]} %</output>
          </label>
        ))}
      {isChanged && (
        <p class="actions">
          <button type="button" class="main" onClick={() => (isAsking.value = true)}>
            Apply…
          </button>
          <button type="button" onClick={() => (draft.value = undefined)}>
            Reset
          </button>
        </p>
      )}
      {isAsking.value && (
        <Confirmation
          service={service}
          before={inForce}
          after={shown}
          onDone={(isApplied) => {
            isAsking.value = false;
            if (isApplied) draft.value = undefined;
          }}
        />
      )}
    </section>
  );
}

/** The shares as one bar, which repeats what the sliders say. */
function Bar({ split }: { readonly split: Split }) {
  let x = 0;
  const parts = Object.entries(split).map(([version, share], index) => {
    const part = { version, share, index, x };
    x += share;
    return part;
  });
  return (
    <div class="bar">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ version, share, index, x }) => (
          <rect key={version} class={`version-${index % 4}`} x={x} y="0" width={share} height="6" />
        ))}
      </svg>
      <p>
        {parts.map(({ version, share, index }) => (
          <span key={version} class={`key version-${index % 4}`}>
            {version} {share} %
          </span>
        ))}
      </p>
    </div>
  );
}

interface ConfirmationProps {
  readonly service: ServiceOverviewJson;
  readonly before: Split;
  readonly after: Split;
  onDone(isApplied: boolean): void;
}

function Confirmation({ service, before, after, onDone }: ConfirmationProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isSending = useSignal(false);
  const error = useSignal("");
  useEffect(() => dialog.current?.showModal(), []);
  const { name, namespace } = service.summary ?? {};
  const apply = async (): Promise<void> => {
    isSending.value = true;
    const split = Object.entries(after).map(([version, weight]) => ({ version, weight }));
    try {
      await setPolicy({ ...service.policy, namespace: namespace ?? "", service: name ?? "", split });
      onDone(true);
    } catch (e) {
      error.value = (e as Error).message;
      isSending.value = false;
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="confirmation" onClose={() => onDone(false)}>
      <h4 id="confirmation">Move the traffic of {name}?</h4>
      <ul>
        {Object.keys(after).map((version) => (
          <li key={version}>
            {version}: {before[version]} % → <strong>{after[version]} %</strong>
          </li>
        ))}
      </ul>
      {error.value !== "" && (
        <p class="bad" role="alert">
          {error.value}
        </p>
      )}
      <p class="actions">
        <button type="button" class="main" disabled={isSending.value} onClick={apply}>
          Move traffic
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </p>
    </dialog>
  );
}
