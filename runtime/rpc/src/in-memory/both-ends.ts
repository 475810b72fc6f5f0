import type { Listed } from "../call/call-list.js";
import { Code } from "../call/code.js";
import type { Deadline } from "../call/deadline.js";
import { type Following, followSignal, type SignalFollower } from "../call/followed-signal.js";
import { Metadata } from "../call/metadata.js";
import type { Method } from "../call/method.js";
import { cancelledError, localError, type StatusError } from "../call/status-error.js";
import { arm, disarm, Timed } from "../call/timer-wheel.js";
import type { CallObserver } from "../transport/incoming-call.js";
import type { SizeLimits } from "../transport/listener.js";
import type { ClientCall } from "../transport/transport.js";

const DEFAULT_MAX_RECEIVE = 4 * 1024 * 1024;

/** Both ends of a call in memory, as far as its kind makes no difference. */
export abstract class BothEnds extends Timed implements SignalFollower, Listed<BothEnds> {
  previousListed: BothEnds | undefined;
  nextListed: BothEnds | undefined;
  observer: CallObserver | undefined;
  compress = false;
  readonly requestCompressed = false;
  readonly peer = "in-memory";
  protected isOver = false;
  /** The server's description of the method: its codecs may be others than the client's. */
  protected readonly servedMethod: Method;
  readonly #clientCall: ClientCall;
  readonly #limits: SizeLimits;
  readonly #onOver: (call: BothEnds) => void;
  #following: Following | undefined;
  #received: Metadata | undefined;

  constructor(call: ClientCall, servedMethod: Method, limits: SizeLimits, onOver: (call: BothEnds) => void) {
    super();
    this.#clientCall = call;
    this.servedMethod = servedMethod;
    this.#limits = limits;
    this.#onOver = onOver;
  }

  /** Tells both ends that the call has ended from the caller's side, once. */
  protected abstract abandoned(error: StatusError): void;

  get method(): Method {
    return this.#clientCall.method;
  }

  get deadline(): Deadline {
    return this.#clientCall.deadline;
  }

  /** A copy: the handler may do with it what it likes. */
  get metadata(): Metadata {
    this.#received ??= new Metadata(this.#clientCall.metadata);
    return this.#received;
  }

  /** Ends the call from the caller's side. */
  abandon(error: StatusError): void {
    if (!this.over()) return;
    const { observer } = this;
    this.abandoned(error);
    observer?.onCancel(error);
  }

  onAbort(reason: unknown): void {
    this.abandon(cancelledError(this.method.path, reason));
  }

  expire(): void {
    this.abandon(localError(this.method.path, Code.DeadlineExceeded, "the deadline is over"));
  }

  /** Follows the signal and the deadline. Returns whether the call may begin. */
  protected follow(): boolean {
    const { signal, deadline } = this.#clientCall;
    if (signal?.aborted) this.onAbort(signal.reason);
    else if (deadline !== undefined && deadline <= Date.now()) this.expire();
    else {
      if (signal !== undefined) this.#following = followSignal(signal, this);
      if (deadline !== undefined) arm(this, deadline);
    }
    return !this.isOver;
  }

  protected checkSent(bytes: Uint8Array, what: string): Uint8Array {
    return this.#checked(bytes, this.#limits.maxSendBytes ?? Number.POSITIVE_INFINITY, what);
  }

  protected checkReceived(bytes: Uint8Array, what: string): Uint8Array {
    return this.#checked(bytes, this.#limits.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE, what);
  }

  /** Whether it was running until now. */
  protected over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.#following?.leave();
    disarm(this);
    this.#onOver(this);
    return true;
  }

  #checked(bytes: Uint8Array, limit: number, what: string): Uint8Array {
    if (bytes.length <= limit) return bytes;
    const text = `${what} of ${bytes.length} bytes, the limit is ${limit}`;
    throw localError(this.method.path, Code.ResourceExhausted, text);
  }
}
