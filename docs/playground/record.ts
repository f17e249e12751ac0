import { type Inspect, logTransitions } from 'etna-auth/inspect';
import type { LoggedRequest, Message } from 'etna-auth/testing';
import type { InspectionEvent } from 'xstate';
import { anyState } from '../chart.ts';

/** A transition that the machine took. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly eventType: string;
  readonly guard: string | null;
}

/** What happened, with nothing secret in it. */
export type Entry = { readonly time: number } & (
  | { readonly kind: 'transition'; readonly line: string; readonly step: Step | null }
  | { readonly kind: 'request'; readonly request: LoggedRequest }
  | { readonly kind: 'note'; readonly line: string }
);

/** What has been seen of a login so far. */
export interface Seen {
  /** Where the machine is. */
  readonly state: string;
  readonly steps: readonly Step[];
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
}

/** Keeps what is seen of a login, for whoever shows it. */
export class Record {
  #seen: Seen = { state: '', steps: [], entries: [], messages: [] };
  readonly #listeners = new Set<() => void>();

  readonly getSnapshot = (): Seen => this.#seen;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes into the option `inspect`. */
  readonly inspect: Inspect = (event: InspectionEvent) => {
    if (event.type === '@xstate.microstep') {
      const steps = event._transitions.flatMap(({ source, target = [], eventType, guard }) =>
        target.map(({ key }) => ({
          from: source.parent ? source.key : anyState,
          to: key,
          eventType,
          guard: typeof guard === 'object' && 'type' in guard ? guard.type : null,
        })),
      );
      this.#set({ steps: [...this.#seen.steps, ...steps] });
    }
    if (event.type === '@xstate.snapshot' && 'value' in event.snapshot) {
      this.#set({ state: String(event.snapshot.value) });
    }
    this.#log(event);
  };

  readonly #log = logTransitions({
    write: (line) => this.#add({ kind: 'transition', time: Date.now(), line, step: this.#seen.steps.at(-1) ?? null }),
  });

  note(line: string): void {
    this.#add({ kind: 'note', time: Date.now(), line });
  }

  receive(message: Message): void {
    this.#set({ messages: [...this.#seen.messages, message] });
    this.note(`${message.channel === 'sms' ? 'SMS' : 'E-mail'} to ${message.to}`);
  }

  /** A `fetch` whose requests are seen from their beginning. `requests`: where `fetch` notes them, as soon as it is called. */
  watch(fetch: typeof globalThis.fetch, requests: readonly LoggedRequest[]): typeof globalThis.fetch {
    return async (input, init) => {
      const answer = fetch(input, init);
      const index = requests.length - 1;
      const place = this.#seen.entries.length;
      const show = () => {
        const request = requests[index];
        if (!request) return;
        const entry: Entry = { kind: 'request', time: request.time, request };
        this.#set({ entries: this.#seen.entries.toSpliced(place, place < this.#seen.entries.length ? 1 : 0, entry) });
      };
      show();
      return answer.finally(show);
    };
  }

  #add(entry: Entry): void {
    this.#set({ entries: [...this.#seen.entries, entry] });
  }

  #set(change: Partial<Seen>): void {
    this.#seen = { ...this.#seen, ...change };
    for (const listener of this.#listeners) listener();
  }
}
