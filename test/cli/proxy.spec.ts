import { expect, it } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { startRawServer } from '../protocol/raw-server.ts';
import { runCommand, signingIn } from './command.ts';

it('a server on this machine is not called through a proxy, which would get the password in the clear', async () => {
  await using emulator = await startEmulator();
  await using proxy = await startRawServer([]);
  const environment = { ...signingIn(emulator, 'bob'), NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url };
  const run = await runCommand(['login', '--json'], environment);
  expect(JSON.parse(run.stdout)).toMatchObject({ failure: { code: 'insecure-url' } });
  expect(run.stderr).toContain('NO_PROXY');
  expect([proxy.connections, emulator.requests.length]).toEqual([0, 0]);

  const told = await runCommand(['login', '--json'], { ...environment, NO_PROXY: '127.0.0.1' });
  expect(told.exitCode).toBe(0);
  expect(proxy.connections).toBe(0);
});
