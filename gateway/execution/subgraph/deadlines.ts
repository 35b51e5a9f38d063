/** What has to be over by a time. Its place in the list is kept in itself. */
export interface Expiring {
  /** As `performance.now()` tells it. */
  readonly deadline: number;
  earlier: Expiring | undefined;
  later: Expiring | undefined;
  /** Called if it was not over by then. */
  expire(): void;
}

/** Milliseconds by which the timer rings too late where something has held the process up. */
const HELD_UP = 10;

/**
 * One timer for all that is under way. Nearly all of it is over long before its time, and begins in the order in which
 * it has to end: a timer of Node's for each would be made and given up for nothing.
 */
export class Deadlines {
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #timer: NodeJS.Timeout | undefined;
  #afterwards: NodeJS.Immediate | undefined;
  /** When the timer rings: not after the first deadline, mostly before it. */
  #rings = Infinity;

  add(one: Expiring): void {
    let earlier = this.#last;
    while (earlier && earlier.deadline > one.deadline) earlier = earlier.earlier;
    const later = earlier ? earlier.later : this.#first;
    one.earlier = earlier;
    one.later = later;
    if (earlier) earlier.later = one;
    else this.#first = one;
    if (later) later.earlier = one;
    else this.#last = one;
    if (one.deadline < this.#rings) this.#ringAt(one.deadline);
  }

  /** What is not in the list, because it expired, stays out of it. */
  remove(one: Expiring): void {
    const { earlier, later } = one;
    if (!earlier && this.#first !== one) return;
    if (earlier) earlier.later = later;
    else this.#first = later;
    if (later) later.earlier = earlier;
    else this.#last = earlier;
    one.earlier = undefined;
    one.later = undefined;
  }

  /** Nothing that is left expires. */
  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#afterwards);
  }

  #ringAt(deadline: number): void {
    clearTimeout(this.#timer);
    this.#rings = deadline;
    this.#timer = setTimeout(() => this.#ring(), Math.ceil(deadline - performance.now())).unref();
  }

  #ring(): void {
    // what came while the process was held up is not late, and is read before immediates have their turn
    if (performance.now() - this.#rings > HELD_UP) this.#afterwards = setImmediate(() => this.#expire());
    else this.#expire();
  }

  #expire(): void {
    this.#rings = Infinity;
    const now = performance.now();
    for (let first = this.#first; first && first.deadline <= now; first = this.#first) {
      this.remove(first);
      first.expire();
    }
    if (this.#first && this.#rings === Infinity) this.#ringAt(this.#first.deadline);
  }
}
