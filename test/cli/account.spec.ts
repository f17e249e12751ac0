import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findTarget, recallAccount, rememberAccount } from '../../src/cli/account.ts';
import { runLogout } from '../../src/cli/logout.ts';

const last = { baseUrl: 'https://etna.test/api', username: 'bob', appKey: 'key', store: 'keyring' } as const;

let home: Awaited<ReturnType<typeof mkdtempDisposable>>;
beforeEach(async () => {
  home = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  vi.stubEnv('ETNA_AUTH_HOME', home.path);
  for (const name of ['AUTH_STORE', 'BASE_URL', 'APP_KEY', 'USERNAME']) vi.stubEnv(`ETNA_${name}`, undefined);
  await rememberAccount(last);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await home.remove();
});

it.each([
  ['without a flag it is that of the last login', {}, { ...last, isRecalled: true }],
  [
    'at the base URL of the last login, however it is written, too',
    { baseUrl: 'HTTPS://etna.test/api/' },
    { ...last, baseUrl: 'HTTPS://etna.test/api/', isRecalled: true },
  ],
  [
    'another user is asked for at the same server',
    { username: 'eve' },
    { ...last, username: 'eve', isRecalled: false },
  ],
  [
    'another server gets neither the user name nor the application key',
    { baseUrl: 'https://other.test/api' },
    { baseUrl: 'https://other.test/api', username: undefined, appKey: undefined, store: 'file', isRecalled: false },
  ],
  ['a flag names the store', { store: 'memory' }, { ...last, store: 'memory', isRecalled: true }],
] as const)('the account of a command: %s', (_, flags, target) => {
  expect(findTarget(flags)).toEqual(target);
});

it.each([
  ['ETNA_AUTH_STORE', 'memory', { store: 'memory' }],
  ['ETNA_USERNAME', 'eve', { username: 'eve', isRecalled: false }],
])('%s comes before the last login, and after a flag', (variable, value, target) => {
  vi.stubEnv(variable, value);
  expect(findTarget({})).toMatchObject(target);
  expect(findTarget({ store: 'file', username: 'carol' })).toMatchObject({ store: 'file', username: 'carol' });
});

it.each([
  ['is forgotten by its logout', 'bob', undefined],
  ['is remembered after the logout of another one', 'eve', 'bob'],
])('the last account %s', async (_, username, remembered) => {
  vi.spyOn(console, 'error').mockReturnValue();
  expect(await runLogout({ baseUrl: last.baseUrl, username, store: 'file' })).toBe(0);
  expect(recallAccount()?.username).toBe(remembered);
});
