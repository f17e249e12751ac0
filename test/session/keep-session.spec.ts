import Keyv from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from 'xstate';
import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { logTransitions } from '../../src/inspect/index.ts';
import { login } from '../../src/node/login.ts';
import {
  createApiClient,
  createMemoryStore,
  type KeepSessionOptions,
  type KeptSession,
  keepSession,
  loadSession,
  type SessionStore,
  saveSession,
  storeKey,
} from '../../src/session/index.ts';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('keepSession and its client', () => {
  let emulator: RunningEmulator;
  let broker: { baseUrl: string; appKey: string };
  let kept: KeptSession;
  beforeEach(async () => {
    emulator = await startEmulator({ loginsPerMinute: false });
    broker = { baseUrl: emulator.baseUrl, appKey: emulator.appKey };
    kept = await keepSession({
      baseUrl: emulator.baseUrl,
      username: 'alice',
      login: ({ signal }) =>
        login({
          ...broker,
          username: 'alice',
          password: 'alice-demo',
          getCode: async () => (await emulator.nextMessage('alice')).code,
          signal,
        }),
    });
  });
  afterEach(async () => {
    await kept.stop();
    await emulator.close();
  });

  const mine = 'v1.0/users/@me/accounts';
  const callsOf = (path: string) => emulator.requests.filter((request) => request.path === `/api/${path}`).length;

  it('sign in at the first call', async () => {
    expect(emulator.requests).toHaveLength(0);
    expect(await createApiClient(kept, broker).get(mine).json()).toHaveLength(1);
    expect(emulator.inbox('alice')).toHaveLength(1);
  });

  it('make one probe and one login for 200 calls that meet an ended session, and return 200 replies', async () => {
    // So many at once are slow on a busy machine.
    const api = createApiClient(kept, { ...broker, timeout: 50_000 });
    await api.get(mine);
    emulator.expireSessions();
    const answers = await Promise.all(Array.from({ length: 200 }, () => api.get(mine).json()));
    expect(answers).toHaveLength(200);
    expect(callsOf('v1.0/users/@me/info')).toBe(1);
    expect(emulator.inbox('alice')).toHaveLength(2);
  });

  it('repeat an idempotent call, with its body', async () => {
    const bodies: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      if (request.method !== 'PUT') return globalThis.fetch(request);
      bodies.push(await request.text());
      return new Response('{}', { status: bodies.length === 1 ? 401 : 200 });
    };
    await kept.getSession();
    emulator.expireSessions();
    await createApiClient(kept, { ...broker, fetch }).put('v1.0/orders/1', { json: { Price: 1 } });
    expect(bodies).toEqual(['{"Price":1}', '{"Price":1}']);
  });

  it('do not repeat an order, but sign in for the next one', async () => {
    const api = createApiClient(kept, broker);
    await kept.getSession();
    emulator.expireSessions();
    await expect(api.post('logout')).rejects.toMatchObject({
      code: 'session-rejected',
      message: 'POST /api/logout was not repeated',
    });
    expect(callsOf('logout')).toBe(1);
    expect((await api.post('logout')).status).toBe(200);
  });

  it('do not sign in for each call if the server rejects every token', async () => {
    const fetch: typeof globalThis.fetch = async () => new Response('{}', { status: 401 });
    const api = createApiClient(kept, { ...broker, fetch });
    for (let call = 0; call < 20; call += 1) {
      await expect(api.get(mine)).rejects.toMatchObject({ code: 'session-rejected' });
    }
    expect(emulator.inbox('alice')).toHaveLength(2);
  });

  it('release a caller that aborts while another one waits for the code', async () => {
    emulator.answerNext({ later: new Promise(() => {}) });
    const giveUp = new AbortController();
    const call = createApiClient(kept, broker).get(mine, { signal: giveUp.signal });
    await expect.poll(() => emulator.requests).toHaveLength(1);
    giveUp.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(callsOf(mine)).toBe(0);
  });

  it('end when they are stopped, even during a login', async () => {
    emulator.answerNext({ silent: true });
    const call = createApiClient(kept, broker).get(mine).json();
    await expect.poll(() => emulator.requests).toHaveLength(1);
    const refused = expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await kept.stop();
    await refused;
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a kept session', () => {
  const account = { baseUrl: 'https://etna.test/api', username: 'bot' };
  let store: SessionStore;
  const signIn = vi.fn<KeepSessionOptions['login']>();
  const running: KeptSession[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 5) });
    store = createMemoryStore();
    signIn.mockReset().mockImplementation(async () => newSession());
  });
  afterEach(() => {
    for (const kept of running.splice(0)) void kept.stop();
    vi.useRealTimers();
  });

  let count = 0;
  function newSession(lifetime = 24 * hour): Session {
    count += 1;
    return {
      username: 'bot',
      token: secret(`token-${count}`),
      issuedAt: Date.now(),
      expiresAt: Date.now() + lifetime,
    };
  }

  async function keep(options: Partial<KeepSessionOptions> = {}): Promise<KeptSession> {
    const kept = await keepSession({ ...account, store, login: signIn, ...options });
    running.push(kept);
    return kept;
  }

  const failWith = (code: FailureCode, retryAfter: number | null = null) =>
    signIn.mockImplementation(async () => {
      throw new AuthError(code, { retryAfter });
    });
  const logins = () => signIn.mock.calls.length;

  it('starts with the one in the store, without a login', async () => {
    const session = newSession();
    await saveSession(store, account, session);
    const kept = await keep();
    expect(await kept.getSession()).toMatchObject({ issuedAt: session.issuedAt, expiresAt: session.expiresAt });
    expect(logins()).toBe(0);
  });

  it('is also renewed if it came from the store', async () => {
    await saveSession(store, account, newSession());
    await keep();
    await vi.advanceTimersByTimeAsync(24 * hour);
    expect(logins()).toBe(1);
  });

  it('is refused if the store holds something else, which is not changed', async () => {
    const keyv = new Keyv();
    await keyv.set(storeKey(account), 'something else');
    await expect(keep({ store: keyv })).rejects.toMatchObject({ code: 'store-damaged' });
    expect(await keyv.get(storeKey(account))).toBe('something else');
  });

  it('replaces an expired one in the store', async () => {
    await saveSession(store, account, newSession(0));
    const session = await (await keep()).getSession();
    await vi.advanceTimersByTimeAsync(0);
    expect(await loadSession(store, account)).toMatchObject({ expiresAt: session.expiresAt });
  });

  it('comes from one login for all callers', async () => {
    const kept = await keep();
    const [one, ...others] = await Promise.all(Array.from({ length: 10 }, () => kept.getSession()));
    expect(others.every((other) => other === one)).toBe(true);
    expect(logins()).toBe(1);
  });

  it('takes one login for programs of one process that need it at the same moment', async () => {
    const programs = await Promise.all(Array.from({ length: 4 }, () => keep()));
    const sessions = Promise.all(programs.map((program) => program.getSession()));
    await vi.advanceTimersByTimeAsync(second);
    expect(new Set((await sessions).map(({ issuedAt }) => issuedAt)).size).toBe(1);
    expect(logins()).toBe(1);
  });

  it('takes one login for all programs with one store, at the start and at each renewal', async () => {
    const programs = await Promise.all(Array.from({ length: 4 }, () => keep()));
    for (const program of programs) await program.getSession();
    expect(logins()).toBe(1);
    for (let day = 1; day <= 3; day += 1) {
      await vi.advanceTimersByTimeAsync(24 * hour);
      for (const program of programs) await program.getSession();
      expect(logins()).toBe(1 + day);
    }
  });

  it('of another program, if newer, survives the end of an older one', async () => {
    const kept = await keep();
    const first = await kept.getSession();
    await vi.advanceTimersByTimeAsync(minute);
    const newer = newSession();
    await saveSession(store, account, newer);
    kept.rejectSession(first);
    expect(await kept.getSession()).toMatchObject({ issuedAt: newer.issuedAt });
    expect(await loadSession(store, account)).toMatchObject({ issuedAt: newer.issuedAt });
    expect(logins()).toBe(1);
  });

  it('that a login returns unchanged counts as a failed renewal', async () => {
    const kept = await keep();
    const first = await kept.getSession();
    signIn.mockImplementation(async () => ({ ...first }));
    const before = logins();
    await vi.advanceTimersByTimeAsync(24 * hour - 1);
    expect(logins() - before).toBeGreaterThan(0);
    expect(logins() - before).toBeLessThan(8);
  });

  it('is renewed in its last five minutes, and used until the new one is ready', async () => {
    const kept = await keep();
    const first = await kept.getSession();
    const login = Promise.withResolvers<Session>();
    signIn.mockReturnValueOnce(login.promise);
    await vi.advanceTimersByTimeAsync(24 * hour - 5 * minute - second);
    expect(logins()).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(logins()).toBe(2);
    expect(await kept.getSession()).toBe(first);
    const next = newSession();
    login.resolve(next);
    await vi.advanceTimersByTimeAsync(0);
    expect(await kept.getSession()).toBe(next);
    expect(await loadSession(store, account)).toMatchObject({ expiresAt: next.expiresAt });
  });

  it('is renewed earlier if configured, but never before half of its lifetime', async () => {
    signIn.mockImplementation(async () => newSession(10 * minute));
    await (await keep({ renewBefore: hour })).getSession();
    await vi.advanceTimersByTimeAsync(5 * minute - second);
    expect(logins()).toBe(1);
    await vi.advanceTimersByTimeAsync(minute + second);
    expect(logins()).toBe(2);
  });

  it.each([
    ['that was just made', async () => (await keep({ renewBefore: hour })).getSession()],
    [
      'that was kept',
      async () => {
        const earlier = await keep();
        await earlier.getSession();
        await earlier.stop();
        await keep({ renewBefore: hour });
      },
    ],
  ])('is renewed as early as requested: a session %s', async (_, begin) => {
    await begin();
    await vi.advanceTimersByTimeAsync(23 * hour - second);
    expect(logins()).toBe(1);
    await vi.advanceTimersByTimeAsync(hour / 5 + second);
    expect(logins()).toBe(2);
  });

  it('is not renewed at the same time by programs that started together', async () => {
    const times = new Set<number>();
    await Promise.all(Array.from({ length: 20 }, async () => (await keep({ store: new Map() })).getSession()));
    signIn.mockImplementation(async () => {
      times.add(Date.now());
      return newSession();
    });
    await vi.advanceTimersByTimeAsync(24 * hour);
    expect(times.size).toBeGreaterThan(10);
  });

  it('is renewed within a minute after the computer wakes up', async () => {
    const kept = await keep();
    await kept.getSession();
    await vi.advanceTimersByTimeAsync(hour);
    vi.setSystemTime(Date.now() + 48 * hour);
    await vi.advanceTimersByTimeAsync(minute);
    expect(logins()).toBe(2);
  });

  it('is renewed at once by the first call after sleep', async () => {
    const kept = await keep();
    const first = await kept.getSession();
    vi.setSystemTime(Date.now() + 48 * hour);
    expect(await kept.getSession()).not.toBe(first);
    await vi.advanceTimersByTimeAsync(hour);
    expect(logins()).toBe(2);
  });

  it('never sets a timer beyond the maximum', async () => {
    signIn.mockImplementation(async () => newSession(365 * 24 * hour));
    await (await keep()).getSession();
    await vi.advanceTimersByTimeAsync(hour);
    expect(logins()).toBe(1);
  });

  it('is replaced at once, so a rejection of the old one ends nothing', async () => {
    const kept = await keep();
    const first = await kept.getSession();
    kept.rejectSession(first);
    const next = await kept.getSession();
    kept.rejectSession(first);
    expect(await kept.getSession()).toBe(next);
    expect(logins()).toBe(2);
  });

  it('is deleted from the store when the server rejects it', async () => {
    const kept = await keep();
    kept.rejectSession(await kept.getSession());
    await vi.advanceTimersByTimeAsync(0);
    expect(await loadSession(store, account)).toBeNull();
  });

  it('is not waited for after a recent failure', async () => {
    failWith('network');
    const kept = await keep();
    for (let call = 0; call < 10; call += 1) {
      await expect(kept.getSession()).rejects.toMatchObject({ code: 'network' });
    }
    expect(logins()).toBe(1);
  });

  it('is retried with exponential back-off, and returned once a login succeeds', async () => {
    failWith('server-error');
    const onLoginError = vi.fn();
    const kept = await keep({ onLoginError });
    await kept.getSession().catch(() => {});
    await vi.advanceTimersByTimeAsync(15 * second - 1);
    expect(logins()).toBe(1);
    await vi.advanceTimersByTimeAsync(3 * second + 1);
    expect(logins()).toBe(2);
    await vi.advanceTimersByTimeAsync(24 * hour);
    const tried = logins();
    expect(tried).toBeGreaterThan((24 * hour) / (18 * minute));
    expect(tried).toBeLessThan((24 * hour) / (15 * minute) + 10);
    expect(onLoginError).toHaveBeenCalledTimes(tried);
    signIn.mockImplementation(async () => newSession());
    await vi.advanceTimersByTimeAsync(18 * minute);
    expect(await kept.getSession()).toMatchObject({ username: 'bot' });
    expect(logins()).toBe(tried + 1);
  });

  it('is not retried at the same time by programs that failed together', async () => {
    const times = new Set<number>();
    failWith('network');
    await Promise.all(
      Array.from({ length: 20 }, async () => (await keep({ store: new Map() })).getSession().catch(() => {})),
    );
    signIn.mockImplementation(async () => {
      times.add(Date.now());
      return newSession();
    });
    await vi.advanceTimersByTimeAsync(minute);
    expect(times.size).toBeGreaterThan(10);
  });

  it('is not retried before the server allows it', async () => {
    failWith('too-many-attempts', 600);
    const kept = await keep();
    await kept.getSession().catch(() => {});
    await vi.advanceTimersByTimeAsync(600 * second - 1);
    expect(logins()).toBe(1);
    await vi.advanceTimersByTimeAsync(120 * second + 1);
    expect(logins()).toBe(2);
  });

  it('is the one that another program has stored, though this one waits after a failure', async () => {
    failWith('server-error');
    const kept = await keep();
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'server-error' });
    const other = newSession();
    await saveSession(store, account, other);
    expect((await kept.getSession()).issuedAt).toBe(other.issuedAt);
    expect(logins()).toBe(1);
    // And it is renewed like any other.
    signIn.mockReset().mockImplementation(async () => newSession());
    await vi.advanceTimersByTimeAsync(24 * hour);
    expect(logins()).toBe(1);
  });

  it('is requested again once the store works again, without which nobody signs in', async () => {
    failWith('store-unavailable');
    const kept = await keep();
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'store-unavailable' });
    signIn.mockReset().mockImplementation(async () => newSession());
    await vi.advanceTimersByTimeAsync(minute);
    expect(await kept.getSession()).toMatchObject({ username: 'bot' });
  });

  it.each([Number.NaN, -1])('is not renewed %d milliseconds before its end', async (renewBefore) => {
    const detail = expect.stringContaining('renewBefore');
    await expect(keep({ renewBefore })).rejects.toMatchObject({ code: 'invalid-input', failure: { detail } });
  });

  it('may be renewed only when it has expired', async () => {
    const kept = await keep({ renewBefore: 0 });
    await kept.getSession();
    await vi.advanceTimersByTimeAsync(24 * hour - 1);
    expect(logins()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(logins()).toBe(2);
  });

  it('is passed to the login that renews it, with a signal that the stop aborts', async () => {
    const kept = await keep();
    const session = await kept.getSession();
    const login = Promise.withResolvers<Session>();
    signIn.mockReturnValueOnce(login.promise);
    await vi.advanceTimersByTimeAsync(24 * hour);
    const [{ newerThan, signal }] = signIn.mock.calls[1] ?? expect.fail();
    expect(newerThan).toBe(session);
    expect(signal.aborted).toBe(false);
    const end = kept.stop();
    expect(signal.aborted).toBe(true);
    login.reject(signal.reason);
    await end;
  });

  it.each(['its session', 'the time that the server named'])(
    'is not signed in for after the stop, if the store has been slow to tell %s',
    async (what) => {
      const kept = await keep();
      const reading = Promise.withResolvers<undefined>();
      const get = vi.spyOn(store, 'get');
      if (what !== 'its session') get.mockReturnValueOnce(undefined);
      get.mockReturnValueOnce(reading.promise);
      const refused = expect(kept.getSession()).rejects.toMatchObject({ code: 'cancelled' });
      await vi.advanceTimersByTimeAsync(0);
      await kept.stop();
      reading.resolve(undefined);
      await refused;
      await vi.advanceTimersByTimeAsync(0);
      expect(logins()).toBe(0);
    },
  );

  it('is not stored again if it came from another program', async () => {
    const kept = await keep();
    await saveSession(store, account, newSession());
    const set = vi.spyOn(store, 'set');
    await kept.getSession();
    await kept.stop();
    expect(set).not.toHaveBeenCalled();
  });

  it.each(['invalid-credentials', 'invalid-code', 'password-expired', 'cancelled'] as const)(
    'is never tried for again after %s',
    async (code) => {
      failWith(code);
      const kept = await keep();
      await kept.getSession().catch(() => {});
      await vi.advanceTimersByTimeAsync(7 * 24 * hour);
      await expect(kept.getSession()).rejects.toMatchObject({ code });
      vi.setSystemTime(Date.now() - 30 * 24 * hour);
      await expect(kept.getSession()).rejects.toMatchObject({ code });
      expect(logins()).toBe(1);
    },
  );

  it('stays in use after a permanent failure of its renewal', async () => {
    const kept = await keep();
    const first = await kept.getSession();
    failWith('invalid-credentials');
    await vi.advanceTimersByTimeAsync(24 * hour - minute);
    expect(logins()).toBe(2);
    expect(await kept.getSession()).toBe(first);
    await vi.advanceTimersByTimeAsync(minute);
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'invalid-credentials' });
    kept.rejectSession(first);
    await vi.advanceTimersByTimeAsync(24 * hour);
    expect(logins()).toBe(2);
  });

  it('is never retried after a permanent failure, even if the server rejects the old one', async () => {
    signIn.mockImplementation(async () => newSession(10 * minute));
    const kept = await keep();
    kept.rejectSession(await kept.getSession());
    const last = await kept.getSession();
    failWith('invalid-credentials');
    await vi.advanceTimersByTimeAsync(7 * minute);
    kept.rejectSession(last);
    await vi.advanceTimersByTimeAsync(24 * hour);
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'invalid-credentials' });
    expect(logins()).toBe(3);
  });

  it('is retried after an error of the program’s own login', async () => {
    signIn.mockRejectedValueOnce(new Error('the vault is sealed'));
    const kept = await keep();
    await expect(kept.getSession()).rejects.toThrow('the vault is sealed');
    await vi.advanceTimersByTimeAsync(18 * second);
    expect(await kept.getSession()).toMatchObject({ username: 'bot' });
  });

  it('is not accepted if it has already expired', async () => {
    signIn.mockImplementation(async () => newSession(0));
    const kept = await keep();
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'session-expired' });
    await expect(kept.getSession()).rejects.toMatchObject({ code: 'session-expired' });
    expect(logins()).toBe(1);
  });

  it('is waited for as briefly as at first, if the failure before was an hour ago', async () => {
    failWith('network');
    const kept = await keep();
    await kept.getSession().catch(() => {});
    await vi.advanceTimersByTimeAsync(10 * minute);
    vi.setSystemTime(Date.now() + hour);
    await kept.getSession().catch(() => {});
    const before = logins();
    await vi.advanceTimersByTimeAsync(18_000);
    expect(logins() - before).toBe(1);
  });

  it.each(['session-expired', 'session-rejected'] as const)(
    'is tried for again after %s, which says nothing of the credentials',
    async (code) => {
      failWith(code);
      const kept = await keep();
      await kept.getSession().catch(() => {});
      await vi.advanceTimersByTimeAsync(18_000);
      expect(logins()).toBe(2);
    },
  );

  it.each([
    ['is waited for if the server has rejected the last one within an hour', hour - 1, 0],
    ['is had at once if that was an hour ago', hour, 1],
  ])('%s', async (_, time, renewals) => {
    const kept = await keep();
    kept.rejectSession(await kept.getSession());
    vi.setSystemTime(Date.now() + time);
    kept.rejectSession(await kept.getSession());
    const before = logins();
    await kept.getSession().catch(() => {});
    expect(logins() - before).toBe(renewals);
  });

  it('does not wait longer because its timer slept', async () => {
    failWith('network');
    const kept = await keep();
    await kept.getSession().catch(() => {});
    signIn.mockImplementation(async () => newSession());
    // Timers do not move with the clock.
    vi.setSystemTime(Date.now() + minute);
    expect(await kept.getSession()).toMatchObject({ username: 'bot' });
  });

  it('does not wait longer because the clock was set back', async () => {
    failWith('network');
    const kept = await keep();
    await kept.getSession().catch(() => {});
    signIn.mockImplementation(async () => newSession());
    vi.setSystemTime(Date.now() - 3 * hour);
    expect(await kept.getSession()).toMatchObject({ username: 'bot' });
  });

  it('is kept in memory if it cannot be saved', async () => {
    const onStoreError = vi.fn();
    const full = { ...store, set: () => Promise.reject(new Error('full')) };
    const kept = await keep({ store: full, onStoreError });
    const session = await kept.getSession();
    await vi.advanceTimersByTimeAsync(0);
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'store-unavailable' }));
    expect(await kept.getSession()).toBe(session);
  });

  it('is stored by a login that was under way before the stop resolves', async () => {
    const stored = Promise.withResolvers<Session>();
    signIn.mockReturnValue(stored.promise);
    const kept = await keep();
    void kept.getSession().catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    const stopped = vi.fn();
    const stopping = kept.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(minute);
    expect(stopped).not.toHaveBeenCalled();
    stored.resolve(newSession());
    await stopping;
    expect(stopped).toHaveBeenCalled();
  });

  it('is not accepted from a login that ends after the stop', async () => {
    const login = Promise.withResolvers<Session>();
    signIn.mockReturnValueOnce(login.promise);
    const kept = await keep();
    const refused = expect(kept.getSession()).rejects.toMatchObject({ code: 'cancelled' });
    await kept.stop();
    login.resolve(newSession());
    await refused;
    expect(vi.getTimerCount()).toBe(0);
    expect(await loadSession(store, account)).toBeNull();
  });

  it('is watched by an inspector, state by state', async () => {
    const lines: string[] = [];
    const kept = await keep({ inspect: logTransitions({ write: (line) => lines.push(line) }) });
    await kept.getSession();
    failWith('network');
    await vi.advanceTimersByTimeAsync(24 * hour - 3 * minute);
    expect(lines.slice(0, 5).map((line) => line.replace(/ \d+ ms$/, ''))).toEqual([
      'absent -> signingIn',
      'signingIn -> live',
      'live -> signingIn',
      'signingIn -> backingOff (network)',
      'backingOff -> signingIn',
    ]);
  });

  it('is renewed by the timers of the clock that is given', async () => {
    const clock = new SimulatedClock();
    const kept = await keep({ clock });
    await kept.getSession();
    vi.setSystemTime(Date.now() + 24 * hour);
    expect(vi.getTimerCount()).toBe(0);
    clock.increment(minute);
    await vi.waitFor(() => expect(logins()).toBe(2));
  });

  it('is no longer renewed after the stop, and stays in the store', async () => {
    const kept = await keep();
    const session = await kept.getSession();
    await kept.stop();
    // A call that was under way may end late.
    kept.rejectSession(session);
    await vi.advanceTimersByTimeAsync(23 * hour);
    expect(vi.getTimerCount()).toBe(0);
    expect(signIn).toHaveBeenCalledTimes(1);
    expect(await loadSession(store, account)).toMatchObject({ expiresAt: session.expiresAt });
  });
});
