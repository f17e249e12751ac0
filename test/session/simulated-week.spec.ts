import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { login } from '../../src/node/login.ts';
import { createApiClient, keepSession } from '../../src/session/index.ts';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';

const minute = 60_000;
const hour = 60 * minute;
const lifetime = 24 * hour;
const renewBefore = 5 * minute;

let emulator: RunningEmulator;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.UTC(2026, 0, 5) });
  emulator = await startEmulator();
});
afterEach(async () => {
  vi.useRealTimers();
  await emulator.close();
});

it('a week with sleep, clock changes and an outage takes no extra login, and no call with an expired token', async () => {
  let isDown = false;
  let signingIn = 0;
  const tries: { time: number; isDown: boolean }[] = [];
  const fetch: typeof globalThis.fetch = (input, init) =>
    isDown ? Promise.reject(new TypeError('fetch failed')) : globalThis.fetch(input, init);
  const broker = { baseUrl: emulator.baseUrl, appKey: emulator.appKey, fetch };
  // The minutes that go by at once are none that a login takes.
  const timeout = lifetime;
  const session = await keepSession({
    baseUrl: broker.baseUrl,
    username: 'bob',
    renewBefore,
    login: async ({ signal }) => {
      tries.push({ time: Date.now(), isDown });
      signingIn += 1;
      return login({ ...broker, timeout, username: 'bob', password: 'bob-demo', signal }).finally(() => {
        signingIn -= 1;
      });
    },
  });
  const api = createApiClient(session, broker);

  /** Time goes by, as far as timers are concerned; a login takes none of it. */
  async function stayAwake(duration: number) {
    for (let passed = 0; passed < duration; passed += minute) {
      vi.advanceTimersByTime(minute);
      while (signingIn > 0) await new Promise(setImmediate);
    }
  }
  // Neither lets a timer run.
  const sleep = (duration: number) => vi.setSystemTime(Date.now() + duration);
  const setClock = (by: number) => vi.setSystemTime(Date.now() + by);

  const outcomes: Record<string, number> = {};
  async function trade(duration: number) {
    for (let passed = 0; passed < duration; passed += 20 * minute) {
      await stayAwake(20 * minute);
      const outcome = await api.get('v1.0/users/@me/accounts').then(
        () => 'answered',
        (error) => `${isDown ? 'down' : 'up'}: ${error.code ?? error.name}`,
      );
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  }

  await trade(30 * hour);
  sleep(9 * hour);
  await trade(20 * hour);
  setClock(3 * hour);
  await trade(10 * hour);
  setClock(-2 * hour);
  await trade(22 * hour);
  sleep(30 * hour);
  await trade(23 * hour);
  isDown = true;
  await trade(6 * hour);
  isDown = false;
  await trade(20 * hour);
  setClock(40 * hour);
  await trade(10 * hour);
  await session.stop();

  const expired = emulator.requests.filter(({ status }) => status === 401);
  expect(expired).toEqual([]);

  const logins = tries.filter((attempt) => !attempt.isDown).map(({ time }) => time);
  const pauses = logins.slice(1).map((time, index) => time - (logins[index] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(lifetime - renewBefore);
  expect(logins.length).toBeGreaterThanOrEqual(6);

  const triesInVain = tries.length - logins.length;
  expect(triesInVain).toBeGreaterThan(5);
  expect(triesInVain).toBeLessThan((6 * hour) / (15 * minute) + 7);

  // One call may come before the next try after the outage.
  const { answered = 0, 'up: network': late = 0, ...down } = outcomes;
  expect(answered).toBeGreaterThan(400);
  expect(late).toBeLessThanOrEqual(1);
  expect(Object.keys(down).sort()).toEqual(['down: NetworkError', 'down: network']);
}, 30_000);
