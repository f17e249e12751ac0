import { AuthError } from '../../machines/failures.ts';

interface Flight<Value> {
  readonly outcome: Promise<Value>;
  readonly abandoned: AbortController;
  passengers: number;
}

/** Runs one operation per name at a time. Concurrent callers share its outcome. */
export class SingleFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>();

  /**
   * Joins the run of this name, or starts it. Aborting detaches this caller; the run is aborted when no caller is left.
   *
   * @throws {AuthError} `cancelled` after an abort, and any error of the run.
   */
  async join(name: string, signal: AbortSignal, run: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const cancelled = new AuthError('cancelled');
    if (signal.aborted) throw cancelled;
    const flight = this.#flights.get(name) ?? this.#start(name, run);
    flight.passengers += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.passengers -= 1;
        if (flight.passengers > 0) return reject(cancelled);
        // Still awaited, since it has to clean up.
        this.#land(name, flight);
        flight.abandoned.abort();
      };
      signal.addEventListener('abort', leave);
      flight.outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  #start(name: string, run: (signal: AbortSignal) => Promise<Value>): Flight<Value> {
    const abandoned = new AbortController();
    const outcome = run(abandoned.signal).finally(() => this.#land(name, flight));
    const flight: Flight<Value> = { outcome, abandoned, passengers: 0 };
    this.#flights.set(name, flight);
    return flight;
  }

  #land(name: string, flight: Flight<Value>): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }
}
