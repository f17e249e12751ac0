import { expect, it } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { startRawServer } from '../protocol/raw-server.ts';
import { runCommand, signingIn } from './command.ts';
import { openHome } from './signed-in.ts';

it('a server on this machine is not called through a proxy, which would see the password unencrypted', async () => {
  await using emulator = await startEmulator();
  await using proxy = await startRawServer([]);
  const environment = { ...signingIn(emulator, 'bob'), NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url };
  const run = await runCommand(['login', '--json'], environment);
  expect(JSON.parse(run.stdout)).toMatchObject({ failure: { code: 'insecure-url' } });
  expect(run.stderr).toContain('NO_PROXY');
  expect([proxy.connections, emulator.requests.length]).toEqual([0, 0]);

  // The flag does the same as the variable, and the session's token is worth as much as the password.
  const flagged = { ...signingIn(emulator, 'bob'), NODE_OPTIONS: '--use-env-proxy', HTTP_PROXY: proxy.url };
  const byFlag = await runCommand(['login', '--json'], flagged);
  expect(JSON.parse(byFlag.stdout)).toMatchObject({ failure: { code: 'insecure-url' } });
  expect(proxy.connections).toBe(0);

  const told = await runCommand(['login', '--json'], { ...environment, NO_PROXY: '127.0.0.1' });
  expect(told.exitCode).toBe(0);
  expect(proxy.connections).toBe(0);
});

it.each<Record<string, string>>([
  { NODE_USE_ENV_PROXY: '1', NO_PROXY: '* ' },
  { NODE_USE_ENV_PROXY: '1', no_proxy: '', NO_PROXY: '127.0.0.1' },
  { NODE_OPTIONS: '--use_env_proxy' },
])('nor where Node takes the variables differently than they look: %j', async (variables) => {
  await using emulator = await startEmulator();
  await using proxy = await startRawServer([]);
  const environment = { ...signingIn(emulator, 'bob'), HTTP_PROXY: proxy.url, ...variables };
  const run = await runCommand(['login', '--json'], environment);
  expect(JSON.parse(run.stdout)).toMatchObject({ failure: { code: 'insecure-url' } });
  expect([proxy.connections, emulator.requests.length]).toEqual([0, 0]);
});

it('nor is its API, with the token of a session', async () => {
  await using home = await openHome();
  await home.signIn();
  await using proxy = await startRawServer([]);
  const environment = { ...home.variables, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url };
  const run = await runCommand(['api', 'v1.0/users/@me/info'], environment);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('NO_PROXY');
  expect(proxy.connections).toBe(0);
});
