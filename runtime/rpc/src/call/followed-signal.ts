/** Notified when a signal fires. */
export interface SignalFollower {
  onAbort(reason: unknown): void;
}

/** One who follows a signal: a member of the list of all who do. */
export interface Following {
  leave(): void;
}

const FOLLOWERS: unique symbol = Symbol("protoloom.followers");

type Followed = AbortSignal & { [FOLLOWERS]?: Followers };

/**
 * Follows a signal that has not fired. However many calls share it, it gets one listener: a signal that ends all calls of a
 * process is the usual use, and platforms warn of many listeners.
 */
export function followSignal(signal: AbortSignal, follower: SignalFollower): Following {
  const followed = signal as Followed;
  followed[FOLLOWERS] ??= new Followers(signal);
  return followed[FOLLOWERS].add(follower);
}

class Member implements Following {
  readonly follower: SignalFollower;
  previous: Member | undefined;
  next: Member | undefined;
  readonly #followers: Followers;
  #isIn = true;

  constructor(follower: SignalFollower, followers: Followers) {
    this.follower = follower;
    this.#followers = followers;
  }

  leave(): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#followers.remove(this);
  }
}

/** The followers of one signal. It is kept by a symbol of the signal, and listens while there are some. */
class Followers {
  readonly #signal: AbortSignal;
  #first: Member | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(follower: SignalFollower): Member {
    const member = new Member(follower, this);
    if (this.#first === undefined) this.#signal.addEventListener("abort", this);
    else this.#first.previous = member;
    member.next = this.#first;
    this.#first = member;
    return member;
  }

  remove({ previous, next }: Member): void {
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    if (this.#first === undefined) this.#signal.removeEventListener("abort", this);
  }

  handleEvent(): void {
    for (let member = this.#first; member !== undefined; member = this.#first) {
      member.leave();
      member.follower.onAbort(this.#signal.reason);
    }
  }
}
