import { expect, it } from 'vitest';
import { SingleFlight } from '../../src/session/single-flight.ts';

/** Runs that end when they are told to, each with the signal that it was given. */
function openRuns() {
  const runs: { readonly signal: AbortSignal; readonly end: (value: string) => void }[] = [];
  const start = (signal: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    runs.push({ signal, end: resolve });
    return promise;
  };
  return { runs, start };
}

it('a new caller does not join a run that was given up and has not ended yet', async () => {
  const flights = new SingleFlight<string>();
  const { runs, start } = openRuns();
  const impatience = new AbortController();
  const patience = new AbortController().signal;
  const first = flights.join('account', impatience.signal, start);
  impatience.abort();
  const second = flights.join('account', patience, start);
  expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  runs[0]?.end('the first');
  expect(await first).toBe('the first');
  // The end of the first one does not hide the second one.
  const third = flights.join('account', patience, start);
  expect(runs).toHaveLength(2);
  runs[1]?.end('the second');
  expect(await Promise.all([second, third])).toEqual(['the second', 'the second']);
});

it('a signal that aborts after the run changes nothing', async () => {
  const flights = new SingleFlight<string>();
  const { runs, start } = openRuns();
  const late = new AbortController();
  const outcome = flights.join('account', late.signal, start);
  runs[0]?.end('done');
  expect(await outcome).toBe('done');
  late.abort();
  expect(runs[0]?.signal.aborted).toBe(false);
});
