const windowInMilliseconds = 60_000;

/** Limits the number of logins per minute. Rejected ones do not count. */
export class Throttle {
  readonly #limit: number;
  readonly #admitted = new Map<string, number[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Zero if the login may proceed, otherwise how long it has to wait, in seconds. */
  admit(login: string): number {
    const now = Date.now();
    const recent = (this.#admitted.get(login) ?? []).filter((time) => time > now - windowInMilliseconds);
    this.#admitted.set(login, recent);

    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= this.#limit) {
      return Math.ceil((oldest + windowInMilliseconds - now) / 1000);
    }
    recent.push(now);
    return 0;
  }
}
