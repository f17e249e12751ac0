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
/** Those that have between them each turn after each other that it can follow. What a turn does is proved without the network. */
const telling = new Set(
  [shortest, simple].flatMap((paths) => [
    ...covering(paths, ({ session, turns }) => turns.map((turn, index) => [turns[index - 1] ?? session, turn])),
  ]),
);
const tagsOf = (path: ModelPath) => (telling.has(path) ? [] : ['exhaustive']);

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

  for (const path of shortest) {
    it(titleOf(path), { tags: tagsOf(path) }, async () => {
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
  }

  for (const path of simple) {
    it(`along a longer path: ${titleOf(path)}`, { tags: tagsOf(path) }, async () => {
      using auth = openAuth(path, emulator, coverage.inspect);
      await runPath(path, auth);
    });
  }

  it('takes every transition and every branch of a guard', () => {
    console.log(`createAuth over HTTP: ${coverage.summary}`);
    expect(coverage.missing).toEqual([]);
  });
});
