import { audit } from "./state.js";
import { Time } from "./time.js";

/** The audit log, newest first. */
export function Changes() {
  const { entries = [] } = audit.value;
  if (entries.length === 0) return <p class="empty">Nothing has changed yet.</p>;
  return (
    <ol class="rows changes card">
      {entries.map(({ time, actor, action, service, subject, detail }) => (
        <li key={`${time} ${action} ${service} ${subject}`}>
          <span class="quiet">
            <Time at={time} />
          </span>
          <span>{action}</span>
          <span class="name">{service}</span>
          <span class="name">{subject === service ? "" : subject}</span>
          <span>{detail}</span>
          <span class="quiet">by {actor}</span>
        </li>
      ))}
    </ol>
  );
}
