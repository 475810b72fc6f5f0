import { useSignal } from "@preact/signals";
import { namespace, problem, token } from "./state.js";

/** Asks for the token. It is forgotten when the page is closed or loaded again. */
export function SignIn() {
  const entered = useSignal("");
  return (
    <form
      class="card sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        namespace.value = "";
        token.value = entered.value.trim();
      }}
    >
      <p>This control plane asks for a token. The page keeps it until you close or reload it.</p>
      <label>
        <span>Token</span>
        <input
          type="password"
          autocomplete="off"
          required
          value={entered.value}
          onInput={({ currentTarget }) => (entered.value = currentTarget.value)}
        />
      </label>
      {problem.value !== "" && (
        <p class="bad" role="alert">
          {problem.value}
        </p>
      )}
      <p class="actions">
        <button type="submit" class="main">
          Sign in
        </button>
      </p>
    </form>
  );
}
