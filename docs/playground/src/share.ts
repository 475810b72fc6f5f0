/** The content of the page as the fragment of its address, which a browser sends to nobody. */
import { type Inputs, type View, views } from "./protocol.js";

export interface Shared {
  readonly view: View;
  readonly inputs: Inputs;
}

/** The form of the fragment. Another one gets another name. */
const PREFIX = "#v1=";
/** A fragment that unpacks to more than this is nothing that the page made. */
const MOST = 1 << 20;

/** A fragment: JSON, compressed, in base64url. */
export async function fragmentOf(shared: Shared): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(shared)), new CompressionStream("deflate-raw"));
  const text = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return PREFIX + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The content of a fragment. Undefined if it is empty or not ours. Only known names with texts are taken from it. */
export async function sharedIn(fragment: string, defaults: Shared): Promise<Shared | undefined> {
  if (!fragment.startsWith(PREFIX)) return undefined;
  try {
    const text = atob(fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(text, (c) => c.charCodeAt(0));
    const bytes = await through(packed, new DecompressionStream("deflate-raw"));
    return checked(JSON.parse(new TextDecoder().decode(bytes)), defaults);
  } catch {
    return undefined;
  }
}

function checked(value: unknown, { view, inputs }: Shared): Shared {
  const given = (typeof value === "object" && value !== null ? value : {}) as { view?: unknown; inputs?: unknown };
  const texts = Object.entries(Object(given.inputs)).filter(
    ([name, text]) => Object.hasOwn(inputs, name) && typeof text === "string",
  );
  return {
    view: views.find((each) => each === given.view) ?? view,
    inputs: { ...inputs, ...Object.fromEntries(texts) },
  };
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  coder: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(coder).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    length += value.length;
    if (length > MOST) throw new Error("too long");
    chunks.push(value);
  }
}
