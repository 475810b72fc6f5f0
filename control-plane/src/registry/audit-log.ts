import { timestampNow } from "@protoloom/protobuf/wkt";
import { AuditEntry } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { StoreChange } from "../store/store.js";

/** The keys of the log in the store. They sort by time. */
export const AUDIT = "audit/";

const MAX_ENTRIES = 10_000;
/** The most old entries that one write removes: more than it adds, so that a log that is too long becomes shorter. */
const MAX_REMOVED = 4;

/** So many removed keys are kept at the beginning: each removal would otherwise move all that are behind. */
const MAX_GONE = 1000;

/** A bounded log of changes, with time and actor. Kept in the store, with the changes themselves. */
export class AuditLog {
  private readonly plane: string;
  private readonly entries = new Map<string, AuditEntry>();
  private readonly listeners = new Set<() => void>();
  /** The entries that this process has made, which need not be decoded again. */
  private readonly written = new WeakMap<Uint8Array, AuditEntry>();
  /** In order. Those before `first` are gone. */
  private readonly keys: string[] = [];
  private first = 0;
  private count = 0;

  constructor(plane: string) {
    this.plane = plane;
  }

  /** A new entry, to be written with the change. Entries beyond the limit are removed by the same write. */
  note(
    actor: string,
    action: string,
    { namespace, service }: { readonly namespace: string; readonly service: string },
    subject: string,
    detail: string,
  ): StoreChange[] {
    const entry = new AuditEntry({ time: timestampNow(), actor, action, namespace, service, subject, detail });
    const time = Date.now().toString().padStart(15, "0");
    const key = `${AUDIT}${time}-${(this.count++ % 1e6).toString().padStart(6, "0")}-${this.plane}`;
    const excess = Math.min(MAX_REMOVED, this.entries.size + 1 - MAX_ENTRIES);
    const removed = excess <= 0 ? [] : this.keys.slice(this.first, this.first + excess);
    const value = entry.toBinary();
    this.written.set(value, entry);
    return [{ key, value }, ...removed.map((old) => ({ key: old, value: undefined }))];
  }

  /** A new entry that is kept in this process only. */
  noteHere(...entry: Parameters<AuditLog["note"]>): void {
    for (const { key, value } of this.note(...entry)) this.follow(key, value);
  }

  /** Applies a write of the store, from here or from another registry. */
  follow(key: string, value: Uint8Array | undefined): void {
    if (value === undefined) this.remove(key);
    else if (!this.entries.has(key)) this.add(key, this.written.get(value) ?? AuditEntry.fromBinary(value));
    for (const listener of this.listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The entries of a namespace, newest first. */
  list(namespace: string, limit: number): AuditEntry[] {
    const found: AuditEntry[] = [];
    for (let i = this.keys.length - 1; i >= this.first && found.length < limit; i--) {
      const entry = this.entries.get(this.keys[i]!)!;
      if (entry.namespace === namespace) found.push(entry);
    }
    return found;
  }

  /** Keys nearly always come in order. Those of another registry may come a little late. */
  private add(key: string, entry: AuditEntry): void {
    this.entries.set(key, entry);
    let at = this.keys.length;
    while (at > this.first && this.keys[at - 1]! > key) at--;
    this.keys.splice(at, 0, key);
  }

  private remove(key: string): void {
    if (!this.entries.delete(key)) return;
    if (this.keys[this.first] !== key) this.keys.splice(this.keys.indexOf(key, this.first), 1);
    else if (++this.first > MAX_GONE) {
      this.keys.splice(0, this.first);
      this.first = 0;
    }
  }
}
