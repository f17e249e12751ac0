import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createAuthTestModel,
  type ModelPath,
  type ModelState,
  type RunningEmulator,
  runPath,
  startEmulator,
} from '../../src/testing/index.ts';
import { openActor } from './actor-executor.ts';
import { Coverage } from './coverage.ts';
import { loginRequests, openAuth } from './http-executor.ts';

const model = createAuthTestModel();
const shortest = model.getShortestPaths();
const simple = model.getSimplePaths();
const titled = (paths: ModelPath[]) => paths.map((path) => [path.description || 'nothing at all', path] as const);

const isBusy = ({ state }: ModelState) => state === 'requestingToken' || state === 'verifyingCode';

// Only the date: the network needs its timers, and the machine has a clock of its own.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('the model has paths, and each of them does something', () => {
  expect(shortest.length).toBeGreaterThan(150);
  expect(simple.length).toBeGreaterThan(300);
  expect([...shortest, ...simple].filter(({ turns, session }) => turns.length === 0 && session === 'none')).toEqual([]);
});

describe('the bare machine', () => {
  const coverage = new Coverage();

  it.each(titled(shortest))('%s', (_, path) => runPath(path, openActor(path, coverage.inspect)));
  it.each(titled(simple))('by a longer way: %s', (_, path) => runPath(path, openActor(path, coverage.inspect)));

  it('takes every transition and every branch of a guard', () => {
    console.log(`machine: ${coverage.summary}`);
    expect(coverage.missing).toEqual([]);
  });
});

describe('createAuth over HTTP', () => {
  const coverage = new Coverage();
  let emulator: RunningEmulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  it.each(titled(shortest))('%s', async (_, path) => {
    using auth = openAuth(path, emulator, coverage.inspect);
    const before = loginRequests(emulator);
    await runPath(path, auth);
    const sent = loginRequests(emulator) - before;
    const calls = path.turns.filter(({ busy, state }) => isBusy(busy ?? state));
    // A login that starts over makes its call by itself.
    const restarts = path.turns.filter(({ outcome }) => outcome?.type === 'restarting');
    expect(sent).toBeLessThanOrEqual(calls.length + restarts.length);
  });
  it.each(titled(simple))('by a longer way: %s', async (_, path) => {
    using auth = openAuth(path, emulator, coverage.inspect);
    await runPath(path, auth);
  });

  it('takes every transition and every branch of a guard', () => {
    console.log(`createAuth over HTTP: ${coverage.summary}`);
    expect(coverage.missing).toEqual([]);
  });
});
