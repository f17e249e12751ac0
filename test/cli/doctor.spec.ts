import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { reply, startRawServer } from '../protocol/raw-server.ts';
import { pointingTo, runCommand } from './command.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** What the doctor finds, by name. */
async function examine(variables: Readonly<Record<string, string>>) {
  const { exitCode, stdout } = await runCommand(['doctor', '--json', '--timeout', '2'], variables);
  const { ok, checks }: Report = JSON.parse(stdout);
  expect(exitCode).toBe(ok ? 0 : 1);
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

describe.concurrent('etna-auth doctor', () => {
  it('passes all checks, without a user name, a password or a call of the token endpoint', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    await using emulator = await startEmulator();
    const home = { ETNA_AUTH_STORE: 'file', ETNA_AUTH_HOME: join(folder.path, 'home') };
    const environment = { ...pointingTo(emulator), ...home, ETNA_USERNAME: 'alice', ETNA_PASSWORD: 'canary' };
    const run = await runCommand(['doctor'], environment);
    expect(run.stdout).not.toContain('FAIL');
    expect(run.exitCode).toBe(0);
    for (const name of ['versions', 'base URL', 'host', 'application key', 'server', 'clock', 'pages', 'store']) {
      expect(run.stdout).toContain(`ok    ${name}: `);
    }
    expect(emulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1.0/users/@me/info']);
    for (const { headers } of emulator.requests) {
      expect([headers.username, headers.password]).toEqual([undefined, undefined]);
    }
  });

  it('reports an unknown application key', async () => {
    await using emulator = await startEmulator();
    const { server } = await examine({ ...pointingTo(emulator), ETNA_APP_KEY: 'another' });
    expect(server).toMatchObject({ ok: false, detail: expect.stringContaining('does not know the application key') });
  });

  it('reports missing values', async () => {
    const found = await examine({});
    expect(found['base URL']).toMatchObject({ ok: false, detail: expect.stringContaining('ETNA_BASE_URL') });
  });

  it.each([
    ['http://etna.test/api', 'base URL', 'https://'],
    ['https://no-such-host.invalid/api', 'host', 'cannot be resolved'],
    ['http://127.0.0.1:45999/api', 'server', 'nothing is listening'],
  ])('finds what is wrong with %s: %s', async (baseUrl, name, words) => {
    const found = await examine({ ETNA_BASE_URL: baseUrl, ETNA_APP_KEY: 'key' });
    expect(found[name]).toMatchObject({ ok: false, detail: expect.stringContaining(words) });
  });

  it('reports an unused proxy variable', async () => {
    const found = await examine({
      ETNA_BASE_URL: 'https://127.0.0.1:45999',
      ETNA_APP_KEY: 'key',
      HTTPS_PROXY: 'http://p:1',
    });
    expect(found.proxy).toMatchObject({ ok: false, detail: expect.stringContaining('NODE_USE_ENV_PROXY=1') });
  });

  it('reports another server, and a redirect', async () => {
    await using page = await startRawServer([reply(200, 'hello')]);
    const { server } = await examine({ ETNA_BASE_URL: page.url, ETNA_APP_KEY: 'key' });
    expect(server).toMatchObject({ ok: false, detail: expect.stringContaining('Check the base URL') });

    await using moved = await startRawServer([
      'HTTP/1.1 302 Found\r\nLocation: https://x.test/\r\nContent-Length: 0\r\n\r\n',
    ]);
    const { server: redirected } = await examine({ ETNA_BASE_URL: moved.url, ETNA_APP_KEY: 'key' });
    expect(redirected).toMatchObject({ ok: false, detail: expect.stringContaining('redirected') });
  });

  it('reports a wrong clock', async () => {
    const server = createServer((_, response) => {
      const date = new Date(Date.now() - 3_600_000).toUTCString();
      response.writeHead(401, { Date: date, 'Content-Type': 'application/json' }).end('{"Message":"denied"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { clock } = await examine({ ETNA_BASE_URL: `http://127.0.0.1:${port}`, ETNA_APP_KEY: 'key' });
    expect(clock).toMatchObject({ ok: false, detail: expect.stringMatching(/3[56]\d\d s ahead of the server/) });
    server.close().closeAllConnections();
  });

  it('reports a store that is not writable', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    await using emulator = await startEmulator();
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    const found = await examine({ ...pointingTo(emulator), ETNA_AUTH_STORE: 'file', ETNA_AUTH_HOME: file });
    expect(Object.values(found).filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({ detail: expect.stringContaining(file) }),
    ]);
  });
});
