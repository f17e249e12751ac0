import { expect, it, vi } from 'vitest';
import { secret } from '../../machines/secret.ts';
import { oneLogin } from '../../src/session/one-login.ts';
import { createMemoryStore, saveSession } from '../../src/session/session-store.ts';

const account = { baseUrl: 'https://etna.test/api', username: 'bob' };
const now = Date.now();
const session = { username: 'bob', token: secret('token'), issuedAt: now, expiresAt: now + 3_600_000 };

const openParts = () => ({
  store: createMemoryStore(),
  takeLock: vi.fn(async (): Promise<{ release(): void } | null> => ({ release: () => {} })),
  login: vi.fn(async () => session),
  pause: vi.fn(async () => {}),
  onWait: vi.fn(),
  onStoreError: vi.fn(),
});

it('does not wait for another login if the stored session will do', async () => {
  const parts = openParts();
  await saveSession(parts.store, account, session);
  expect(await oneLogin(account, () => true, parts)).toEqual(expect.objectContaining({ issuedAt: now }));
  expect(parts.takeLock).not.toHaveBeenCalled();
});

it('says once that it waits, however long', async () => {
  const parts = openParts();
  parts.takeLock.mockResolvedValueOnce(null).mockResolvedValueOnce(null).mockResolvedValueOnce(null);
  expect(await oneLogin(account, () => true, parts)).toBe(session);
  expect(parts.pause).toHaveBeenCalledTimes(3);
  expect(parts.onWait).toHaveBeenCalledOnce();
});
