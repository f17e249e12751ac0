import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createAuthTestModel,
  type ModelPath,
  type ModelState,
  type RunningEmulator,
  runPath,
  startEmulator,
} from '../../src/testing/index.ts';
import { Coverage } from './coverage.ts';
import { covering } from './covering.ts';
import { openAuth } from './http-executor.ts';

const model = createAuthTestModel();
const shortest = model.getShortestPaths();
const simple = model.getSimplePaths();
/** What a longer way may add: each turn after each other that it can follow. */
const telling = covering(simple, ({ turns }) => turns.map((turn, index) => [turns[index - 1], turn]));

const isBusy = ({ state }: ModelState) => state === 'requestingToken' || state === 'verifyingCode';
const titleOf = ({ description }: ModelPath) => description || 'nothing at all';

// The machine has a clock of its own; this one ends sessions, and calls that take too long. Node's network has another one.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('the model has paths, and each of them does something', () => {
  expect(shortest.length).toBeGreaterThan(150);
  expect(simple.length).toBeGreaterThan(300);
  expect([...shortest, ...simple].filter(({ turns, session }) => turns.length === 0 && session === 'none')).toEqual([]);
});

<<<<<<< HEAD
describe('the bare machine', () => {
  const coverage = new Coverage();

  it.each(titled(shortest))('%s', (_, path) => runPath(path, openActor(path, coverage.inspect)));
  it.each(titled(simple))('by a longer way: %s', (_, path) => runPath(path, openActor(path, coverage.inspect)));

  it('takes every transition and every branch of a guard', () => {
    console.log(`machine: ${coverage.summary}`);
    expect(coverage.missing).toEqual([]);
  });
});

=======
>>>>>>> d3c8dd2 (Run what tells something new in npm test, and all of it in test:full)
describe('createAuth over HTTP', () => {
  const coverage = new Coverage();
  let emulator: RunningEmulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  it.each(shortest.map((path) => [titleOf(path), path] as const))('%s', async (_, path) => {
    using auth = openAuth(path, emulator, coverage.inspect);
    const before = emulator.requests.length;
    await runPath(path, auth);
    // Nobody waits for a logout, so that it may come late.
    const sent = emulator.requests.slice(before).filter(({ path }) => path !== '/logout');
    const calls = path.turns.filter(({ busy, state }) => isBusy(busy ?? state));
    // A login that starts over makes its call by itself.
    const restarts = path.turns.filter(({ outcome }) => outcome?.type === 'restarting');
    expect(sent.length).toBeLessThanOrEqual(calls.length + restarts.length);
  });

<<<<<<< HEAD
  it('takes every transition and every branch of a guard', () => {
=======
  for (const path of simple) {
    it(`by a longer way: ${titleOf(path)}`, { tags: telling.has(path) ? [] : ['exhaustive'] }, async () => {
      using auth = openAuth(path, emulator, coverage.inspect);
      await runPath(path, auth);
    });
  }

  it('was walked by every transition and every branch of a guard', () => {
>>>>>>> d3c8dd2 (Run what tells something new in npm test, and all of it in test:full)
    console.log(`createAuth over HTTP: ${coverage.summary}`);
    expect(coverage.missing).toEqual([]);
  });
});
