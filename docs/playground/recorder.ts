import { logTransitions } from 'etna-auth/inspect';
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

/** The state of a login. */
interface Place {
  readonly tab: string;
  readonly state: string;
}

/** The times of a kept session. */
interface Kept {
  readonly session: { readonly issuedAt: number; readonly expiresAt: number } | null;
  /** When it is renewed, or the next login is tried. */
  readonly dueAt: number;
}

/** An event, without secrets. */
export type Entry = { readonly time: number } & (
  | { readonly kind: 'transition'; readonly line: string; readonly step: Step | null }
  | { readonly kind: 'request'; readonly number: number; readonly request: LoggedRequest }
  | { readonly kind: 'note'; readonly line: string }
);

/** Everything that has been recorded so far. */
export interface Seen {
  /** The state of the login in each tab. A login alone has no name. */
  readonly places: readonly Place[];
  readonly steps: readonly Step[];
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
  readonly kept: Kept;
}

/** Records a scene for display. */
export class Recorder {
  #seen: Seen = { places: [], steps: [], entries: [], messages: [], kept: { session: null, dueAt: 0 } };
  readonly #listeners = new Set<() => void>();

  readonly getSnapshot = (): Seen => this.#seen;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The option `inspect` of the login in a tab. */
  inspectAs(tab = '', format = (line: string) => line): (event: InspectionEvent) => void {
    const log = logTransitions({
      write: (line) => {
        const step = this.#seen.steps.at(-1) ?? null;
        this.#add({ kind: 'transition', time: Date.now(), line: tab ? `${tab}: ${line}` : format(line), step });
      },
    });
    return (event: InspectionEvent) => {
      this.#watch(tab, event);
      log(event);
    };
  }

  /** The option `inspect` of a kept session. The durations of its states are not shown: its clock is moved, theirs is not. */
  inspectKeeper(): (event: InspectionEvent) => void {
    const watch = this.inspectAs('', (line) => line.replace(/ \d+ ms$/, ''));
    return (event: InspectionEvent) => {
      watch(event);
      if (event.type !== '@xstate.snapshot' || !('context' in event.snapshot)) return;
      const { session, dueAt } = event.snapshot.context as Kept;
      // A timer that is set again each minute changes nothing.
      const { kept } = this.#seen;
      if (session !== kept.session || dueAt !== kept.dueAt) this.#set({ kept: { session, dueAt } });
    };
  }

  /** Resolves when no login of the keeper is under way. */
  readonly whenSettled = (): Promise<void> =>
    new Promise((resolve) => {
      const isSettled = () => this.#seen.places.every(({ state }) => state !== 'signingIn');
      if (isSettled()) return resolve();
      const unsubscribe = this.subscribe(() => {
        if (!isSettled()) return;
        unsubscribe();
        resolve();
      });
    });

  #watch(tab: string, event: InspectionEvent): void {
    if (event.type === '@xstate.microstep') {
      const steps = event._transitions.flatMap(({ source, target = [], eventType, guard }) =>
        target.map(({ key }) => ({
          from: source.parent ? source.key : anyState,
          to: key,
          eventType,
          guard: typeof guard === 'object' && 'type' in guard ? guard.type : null,
        })),
      );
      const isRepeated = steps.every((step) => isSameStep(step, this.#seen.steps.at(-1)));
      if (!isRepeated) this.#set({ steps: [...this.#seen.steps, ...steps] });
    }
    if (event.type === '@xstate.snapshot' && 'value' in event.snapshot) {
      const place: Place = { tab, state: String(event.snapshot.value) };
      const { places } = this.#seen;
      const index = places.findIndex((each) => each.tab === tab);
      if (places[index]?.state === place.state) return;
      this.#set({ places: index < 0 ? [...places, place] : places.with(index, place) });
    }
  }

  note(line: string): void {
    this.#add({ kind: 'note', time: Date.now(), line });
  }

  receive(message: Message): void {
    this.#set({ messages: [...this.#seen.messages, message] });
    this.note(`${message.channel === 'sms' ? 'SMS' : 'E-mail'} to ${message.to}`);
  }

  /** A `fetch` whose requests are recorded from their start. `requests` is the log of `fetch`, in the order of its calls. */
  watch(fetch: typeof globalThis.fetch, requests: readonly LoggedRequest[]): typeof globalThis.fetch {
    let calls = 0;
    return async (input, init) => {
      const number = calls;
      calls += 1;
      const show = () => this.#showRequest(number, requests[number]);
      // It is logged a little later.
      setTimeout(show);
      return fetch(input, init).finally(show);
    };
  }

  #showRequest(number: number, request: LoggedRequest | undefined): void {
    if (!request) return;
    const entry: Entry = { kind: 'request', time: request.time, number, request };
    const { entries } = this.#seen;
    const place = entries.findIndex((each) => each.kind === 'request' && each.number === number);
    if (place < 0) this.#add(entry);
    else this.#set({ entries: entries.with(place, entry) });
  }

  #add(entry: Entry): void {
    this.#set({ entries: [...this.#seen.entries, entry] });
  }

  #set(change: Partial<Seen>): void {
    this.#seen = { ...this.#seen, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const isSameStep = (one: Step, other: Step | undefined) =>
  one.from === other?.from && one.to === other.to && one.eventType === other.eventType && one.guard === other.guard;
