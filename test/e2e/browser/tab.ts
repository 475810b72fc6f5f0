import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Readable, Writable } from "node:stream";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One tab of Chromium, driven by the DevTools protocol over a pipe: messages of JSON, each ended by a zero byte. */
export class Tab {
  /** The errors that the page has logged or thrown. */
  readonly errors: string[] = [];
  private readonly input: Writable;
  private readonly waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  private session: string | undefined;
  private count = 0;

  private constructor(child: ChildProcess) {
    this.input = child.stdio[3] as Writable;
    let rest = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop()!;
      for (const message of messages) this.receive(JSON.parse(message) as Reply);
    });
  }

  /** Takes over the first tab of a browser started with `--remote-debugging-pipe`. */
  static async of(child: ChildProcess): Promise<Tab> {
    const tab = new Tab(child);
    const { targetId } = await tab.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const attached = await tab.send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
    tab.session = attached.sessionId;
    for (const domain of ["Page", "Runtime", "Log"]) await tab.send(`${domain}.enable`);
    return tab;
  }

  async open(url: string): Promise<void> {
    await this.send("Page.navigate", { url });
  }

  /** Sets the size of the window in CSS pixels, and the color scheme that the reader prefers. */
  async show(width: number, scheme: "light" | "dark", height = 900): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  }

  /** The value of an expression in the page. A promise is awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails: thrown } = await this.send<{
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: false });
    if (thrown !== undefined) throw new Error(thrown.exception?.description ?? thrown.text);
    return result.value;
  }

  /** Presses keys one after the other, as a keyboard does. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
      const event = { key, code: key, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0) };
      await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...event, ...(text !== undefined && { text }) });
      await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    }
  }

  /** Puts a text where the cursor is, as a paste does. */
  async insert(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  /** The findings of axe for those who cannot see, or use a keyboard. */
  async violations(): Promise<string[]> {
    await this.evaluate(axe);
    return this.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')))",
    );
  }

  /** A picture of the whole page, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>("Page.captureScreenshot", { captureBeyondViewport: true });
    return Buffer.from(data, "base64");
  }

  private send<R = unknown>(method: string, params: object = {}): Promise<R> {
    const id = ++this.count;
    const message = { id, method, params, ...(this.session !== undefined && { sessionId: this.session }) };
    return new Promise<R>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.input.write(`${JSON.stringify(message)}\0`);
    });
  }

  private receive({ id, method, params, result, error }: Reply): void {
    if (id === undefined) {
      this.note(method ?? "", params ?? {});
      return;
    }
    const call = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) call?.resolve(result as never);
    else call?.reject(new Error(error.message));
  }

  private note(method: string, params: Record<string, unknown>): void {
    if (method === "Runtime.exceptionThrown") {
      const { text, exception } = params.exceptionDetails as { text: string; exception?: { description?: string } };
      this.errors.push(exception?.description ?? text);
    }
    if (method === "Log.entryAdded") {
      const { level, text } = params.entry as { level: string; text: string };
      if (level === "error") this.errors.push(text);
    }
  }
}

/** The numbers of keys without a character (UI Events, "Legacy key codes"). */
const codes: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};
