import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Auth } from '../../src/index.ts';
import { median, type Result } from './result.ts';
import { startTokenServer } from './start-token-server.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const waiting = 2_000;
const cycles = 20_000;

const { createAuth }: typeof import('../../src/index.ts') = await import(
  new URL('../../dist/index.js', import.meta.url).href
);

/** The memory of a login, and whether logins leak. */
export async function measureMemory(): Promise<Result[]> {
  using server = await startTokenServer();
  const options = { baseUrl: server.baseUrl, appKey: 'key' };
  const group = 'Memory';
  const start = () => createAuth(options);

  await cycle(start, 500);
  const before = await heapUsed();
  const auths: Auth[] = [];
  for (let count = 0; count < waiting; count += 1) {
    const auth = start();
    await auth.login({ username: 'alice', password: 'alice-demo' });
    auths.push(auth);
  }
  const held = ((await heapUsed()) - before) / auths.length;
  for (const { actor } of auths.splice(0)) actor.stop();

  await cycle(start, cycles / 2);
  // A single measurement depends on what the HTTP client is just about to release.
  const heaps: number[] = [];
  for (let tenth = 0; tenth < 10; tenth += 1) {
    await cycle(start, cycles / 20);
    heaps.push(await heapUsed());
  }
  // The medians lie half of that time apart.
  const growth = 2 * (median(heaps.slice(5)) / median(heaps.slice(0, 5)) - 1);
  return [
    { group, name: 'one login that waits for a code', unit: 'KiB', value: held / 1024, goal: 8 },
    {
      group,
      name: `heap growth in the second half of ${cycles.toLocaleString('en')} logins`,
      unit: '%',
      value: growth * 100,
      goal: 1,
    },
  ];
}

async function cycle(start: () => Auth, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const auth = start();
    await auth.login({ username: 'alice', password: 'alice-demo' });
    const { state } = await auth.submitCode('123456');
    if (state !== 'authenticated') throw new Error(state);
    auth.actor.stop();
  }
}

/** Live bytes of the heap. Several collections are needed, since finalizers release further objects. */
async function heapUsed(): Promise<number> {
  for (let times = 0; times < 5; times += 1) {
    collectGarbage();
    await setImmediate();
  }
  return process.memoryUsage().heapUsed;
}
