import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demoAppKey, startEmulator } from '../../src/testing/index.ts';
import { runCommand } from './command.ts';

it('a login during a logout at a slow server stays signed in', async () => {
  await using emulator = await startEmulator();
  await using home = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const server = createServer(async ({ url = '', method, headers }, response) => {
    if (url === '/logout') {
      asked.resolve();
      await released.promise;
    }
    const entries = Object.entries(headers).flatMap(([name, value]) =>
      /^(et-app-key|username|password|authorization)$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
    );
    const answer = await fetch(`${emulator.baseUrl}${url}`, {
      method: method ?? 'GET',
      headers: Object.fromEntries(entries),
    });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const variables = {
    ETNA_AUTH_HOME: join(home.path, 'state'),
    ETNA_AUTH_STORE: 'file',
    ETNA_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ETNA_APP_KEY: demoAppKey,
    ETNA_USERNAME: 'bob',
    ETNA_PASSWORD: 'bob-demo',
  };
  const { ETNA_AUTH_HOME, ETNA_AUTH_STORE } = variables;
  expect((await runCommand(['login'], variables)).exitCode).toBe(0);
  const leaving = runCommand(['logout'], variables);
  await asked.promise;
  expect((await runCommand(['login', '--force'], variables)).exitCode).toBe(0);
  released.resolve();
  expect((await leaving).exitCode).toBe(0);
  // As a script asks that is told nothing of whom: the memory of the account is there, too.
  const { exitCode, stdout } = await runCommand(['token'], { ETNA_AUTH_HOME, ETNA_AUTH_STORE });
  expect(exitCode).toBe(0);
  const answer = await fetch(`${emulator.baseUrl}/v1.0/users/@me/info`, {
    headers: { 'Et-App-Key': demoAppKey, Authorization: `Bearer ${stdout.trim()}` },
  });
  expect(answer.status).toBe(200);
  server.closeAllConnections();
  server.close();
});
