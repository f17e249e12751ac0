import Keyv from 'keyv';
import { describe, expect, it, vi } from 'vitest';
import { reveal, secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { createMemoryStore, forgetSession, keepSession, loadSession, saveSession } from '../../src/session/index.ts';

const account = { baseUrl: 'https://etna.test/api', username: 'bob' };
const sessionOf = (token: string, issuedAt: number): Session => ({
  username: 'bob',
  token: secret(token),
  issuedAt,
  expiresAt: Date.now() + 3_600_000,
});
const older = sessionOf('older', Date.now() - 2_000);
const newer = sessionOf('newer', Date.now() - 1_000);

it('deletes the known session and older ones, and keeps a newer one', async () => {
  const store = createMemoryStore();
  await saveSession(store, account, newer);
  await forgetSession(store, account, older);
  const kept = await loadSession(store, account);
  expect(kept && reveal(kept.token)).toBe('newer');
  await forgetSession(store, account, newer);
  expect(await loadSession(store, account)).toBeNull();
  await saveSession(store, account, older);
  await forgetSession(store, account, newer);
  expect(await loadSession(store, account)).toBeNull();
});

it('a session from the future, which a wrong clock issued, is older than any other', async () => {
  const store = createMemoryStore();
  const wrong = sessionOf('wrong', Date.now() + 120_000);
  await saveSession(store, account, newer);
  await forgetSession(store, account, wrong);
  const kept = await loadSession(store, account);
  expect(kept && reveal(kept.token)).toBe('newer');
  await saveSession(store, account, wrong);
  await forgetSession(store, account, wrong);
  expect(await loadSession(store, account)).toBeNull();
});

it("keeps another program's newer session when the server rejects its own", async () => {
  const store = createMemoryStore();
  await saveSession(store, account, older);
  const signIn = () => Promise.reject(new Error('away'));
  const kept = await keepSession({ ...account, store, login: signIn });
  const held = await kept.getSession();
  await saveSession(store, account, newer);
  kept.rejectSession(held);
  await kept.stop();
  const left = await loadSession(store, account);
  expect(left && reveal(left.token)).toBe('newer');
});

describe('`false` from a store', () => {
  it('is a failure if a session could not be saved', async () => {
    const store = { ...createMemoryStore(), set: async () => false };
    await expect(saveSession(store, account, newer)).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('is a failure if a session could not be deleted, as by Keyv with a listener for errors', async () => {
    const sessions = new Map<string, unknown>();
    const readOnly = Object.assign(sessions, { delete: () => Promise.reject(new Error('read-only')) });
    const store = new Keyv({ store: readOnly });
    store.on('error', () => {});
    await saveSession(store, account, newer);
    await expect(forgetSession(store, account, newer)).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(forgetSession(store, account)).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('is no failure if there was none to delete, or only a newer one is left', async () => {
    const store = createMemoryStore();
    await forgetSession(store, account, older);
    await saveSession(store, account, older);
    const overtaken = {
      ...store,
      async delete(key: string) {
        await store.delete(key);
        await saveSession(store, account, newer);
        return false;
      },
    };
    await forgetSession(overtaken, account, older);
    expect(await loadSession(store, account)).toMatchObject({ issuedAt: newer.issuedAt });
  });
});

it('backs off after a renewal that returns nothing newer', async () => {
  vi.useFakeTimers();
  try {
    const store = createMemoryStore();
    await saveSession(store, account, { ...newer, issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 });
    const signIn = vi.fn(async () => (await loadSession(store, account)) ?? newer);
    const kept = await keepSession({ ...account, store, login: signIn });
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(signIn.mock.calls.length).toBeGreaterThan(0);
    expect(signIn.mock.calls.length).toBeLessThan(10);
    await kept.stop();
  } finally {
    vi.useRealTimers();
  }
});

it('a session that was stored while the clock was days ahead has expired once the clock is right', async () => {
  const store = createMemoryStore();
  const ahead = Date.now() + 2 * 24 * 3_600_000;
  await saveSession(store, account, { ...newer, issuedAt: ahead, expiresAt: ahead + 24 * 3_600_000 });
  expect((await loadSession(store, account))?.expiresAt).toBe(0);
  // What clocks differ by, or are set by, is nothing.
  const soon = Date.now() + 60_000;
  await saveSession(store, account, { ...newer, issuedAt: soon, expiresAt: soon + 3_600_000 });
  expect((await loadSession(store, account))?.expiresAt).toBe(soon + 3_600_000);
});

it('a session that was stored while the clock was minutes ahead is replaced by the next one', async () => {
  const store = createMemoryStore();
  const ahead = Date.now() + 120_000;
  await saveSession(store, account, { ...older, issuedAt: ahead, expiresAt: ahead + 3_600_000 });
  await saveSession(store, account, newer);
  const kept = await loadSession(store, account);
  expect(kept && reveal(kept.token)).toBe('newer');
});

it.each([Number.POSITIVE_INFINITY, 1e20, Number.NaN])(
  'a time outside the range of dates is damage: %d',
  async (expiresAt) => {
    const store = createMemoryStore();
    await store.set('https://etna.test/api bob', { version: 1, ...account, token: 't', issuedAt: 0, expiresAt }, 1_000);
    await expect(loadSession(store, account)).rejects.toMatchObject({ code: 'store-damaged' });
  },
);
