const windowInMilliseconds = 60_000;

/** Lets a login through so many times a minute. What it turns away does not count. */
export class Throttle {
  readonly #limit: number;
  readonly #admitted = new Map<string, number[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Zero when the login may go ahead, or else how many seconds it has to wait. */
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
