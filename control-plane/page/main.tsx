import { render } from "preact";
import { Changes } from "./changes.js";
import { Clients } from "./clients.js";
import { Maps } from "./map.js";
import { Services } from "./services.js";
import { SignIn } from "./sign-in.js";
import { access, connection, follow, namespace, problem, search, view } from "./state.js";

/** The views, by the name in the address. */
const views = [
  { name: "services", title: "Services", View: Services },
  { name: "clients", title: "Clients", View: Clients },
  { name: "map", title: "Map", View: Maps },
  { name: "changes", title: "Changes", View: Changes },
] as const;

const connections = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost, trying again…",
  "signed out": "Signed out",
} as const;

function Page() {
  const shown = views.find(({ name }) => name === view.value) ?? views[0];
  const isSignedOut = connection.value === "signed out";
  return (
    <>
      <header>
        <h1>Control plane</h1>
        <p role="status" class={`connection ${connection.value === "live" ? "good" : "wait"}`}>
          {connections[connection.value]} {connection.value === "lost" && problem.value}
        </p>
        {!isSignedOut && <Filter />}
        <nav aria-label="Views">
          {views.map(({ name, title }) => (
            <a key={name} href={`#${name}`} aria-current={name === shown.name ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <h2>{isSignedOut ? "Sign in" : shown.title}</h2>
        {isSignedOut ? <SignIn /> : <shown.View />}
      </main>
    </>
  );
}

function Filter() {
  const { namespaces = [], namespace: current } = access.value;
  return (
    <div class="filter">
      {namespaces.length > 1 && (
        <label>
          <span>Namespace</span>
          <select value={current} onChange={({ currentTarget }) => (namespace.value = currentTarget.value)}>
            {namespaces.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>Search</span>
        <input
          type="search"
          value={search.value}
          placeholder="name contains…"
          onInput={({ currentTarget }) => (search.value = currentTarget.value)}
        />
      </label>
    </div>
  );
}

follow();
render(<Page />, document.getElementById("page")!);
