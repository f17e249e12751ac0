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

it('each path of the model does something', () => {
  expect([...shortest, ...simple].filter(({ turns, session }) => turns.length === 0 && session === 'none')).toEqual([]);
});

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
    // Logouts happen in the background.
    const sent = emulator.requests.slice(before).filter(({ path }) => !path.endsWith('/logout'));
    const calls = path.turns.filter(({ busy, state }) => isBusy(busy ?? state));
    // A login that starts over makes its call by itself.
    const restarts = path.turns.filter(({ outcome }) => outcome?.type === 'restarting');
    expect(sent.length).toBeLessThanOrEqual(calls.length + restarts.length);
  });

  for (const path of simple) {
    it(`along a longer path: ${titleOf(path)}`, { tags: telling.has(path) ? [] : ['exhaustive'] }, async () => {
      using auth = openAuth(path, emulator, coverage.inspect);
      await runPath(path, auth);
    });
  }

  it('takes every transition and every branch of a guard', () => {
    console.log(`createAuth over HTTP: ${coverage.summary}`);
    expect(coverage.missing).toEqual([]);
  });
});
