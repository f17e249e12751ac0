import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileStore } from '../../src/node/index.ts';
import { saveSession } from '../../src/session/session-store.ts';
import { liveSession } from '../node/session.ts';
import { runCommand } from './command.ts';
import { openTerminal } from './terminal.ts';

/** A colour, and one more by the single character that terminals take for the same two. */
const loud = '\x1b[31mred \x9b32mgreen';

/** A server that remembers what it was sent, and misbehaves at some paths; and somebody who is signed in to it. */
async function openEcho() {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    requests.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
    if (request.url === '/api/silent') return;
    if (request.url === '/api/ended' || request.url === '/api/v1.0/users/@me/info') {
      // Somebody else has signed in since.
      await saveSession(createFileStore({ directory: folder.path }), account, liveSession('token-2', 'bob'));
      response.writeHead(401).end();
      return;
    }
    if (request.url === '/api/away') response.writeHead(302, { Location: 'https://elsewhere.test/' }).end();
    else if (request.url === '/api/logout') response.writeHead(503).end();
    else if (request.url === '/api/cut') response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"cut":');
    else response.writeHead(200, { 'Content-Type': 'text/plain' }).end(loud);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const account = {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api`,
    username: 'bob',
  };
  const folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  await saveSession(createFileStore({ directory: folder.path }), account, liveSession('token-1', 'bob'));
  const variables = {
    ETNA_AUTH_HOME: folder.path,
    ETNA_AUTH_STORE: 'file',
    ETNA_BASE_URL: account.baseUrl,
    ETNA_USERNAME: 'bob',
    ETNA_APP_KEY: 'key',
  };
  return {
    requests,
    variables,
    directory: folder.path,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await folder.remove();
    },
  };
}

describe.concurrent('etna-auth api', () => {
  it('forgets no session that is newer than the one that the server has ended', async () => {
    await using echo = await openEcho();
    expect(await runCommand(['api', 'ended'], echo.variables)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/^The server has ended the session\./),
    });
    expect(await runCommand(['token'], echo.variables)).toMatchObject({ exitCode: 0, stdout: 'token-2\n' });
  });

  it.each<[what: string, args: (folder: string) => string[], sent: string, input?: string]>([
    ['a flag', () => ['/x?y=1', '--data', '{"a":1}'], 'POST /api/x?y=1 application/json {"a":1}'],
    ['a file', (folder) => ['put', 'x', '--data', `@${join(folder, 'data.json')}`], 'PUT /api/x application/json [1]'],
    [
      'a file with a byte order mark',
      (folder) => ['x', '--data', `@${join(folder, 'bom.json')}`],
      'POST /api/x application/json [1]',
    ],
    ['stdin', () => ['PATCH', 'x', '--data', '-'], 'PATCH /api/x application/json null', 'null'],
    ['nowhere', () => ['delete', 'x'], 'DELETE /api/x - '],
  ])('sends data from %s', async (_, args, sent, input) => {
    await using echo = await openEcho();
    await writeFile(join(echo.directory, 'data.json'), '[1]');
    await writeFile(join(echo.directory, 'bom.json'), '\ufeff[1]');
    const options = input === undefined ? {} : { input };
    const run = await runCommand(['api', ...args(echo.directory)], echo.variables, options);
    expect(run).toMatchObject({ exitCode: 0, stdout: loud });
    expect(echo.requests).toEqual([sent]);
  });

  it('is not led elsewhere by a redirect', async () => {
    await using echo = await openEcho();
    const { exitCode, stdout, stderr } = await runCommand(['api', 'away'], echo.variables);
    expect([exitCode, stdout]).toEqual([5, '']);
    expect(stderr).not.toContain('token-1');
    expect(echo.requests).toEqual(['GET /api/away - ']);
  });

  it('waits no longer than configured', async () => {
    await using echo = await openEcho();
    const run = await runCommand(['api', 'silent', '--timeout', '0.1'], echo.variables);
    expect(run).toMatchObject({ exitCode: 5, stdout: '', stderr: expect.stringContaining('100 ms') });
  });

  it('logs out even if the server fails, and reports it', async () => {
    await using echo = await openEcho();
    const run = await runCommand(['logout'], echo.variables);
    expect(run).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/is forgotten here.*\(HTTP 503\)/) });
  });

  it('shows invalid JSON unchanged', async () => {
    await using echo = await openEcho();
    await using terminal = openTerminal(['api', 'cut'], echo.variables);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.screen()).toBe('{"cut":');
  });

  it('shows no control characters from the server on a terminal', async () => {
    await using echo = await openEcho();
    await using terminal = openTerminal(['api', 'x'], echo.variables);
    expect(await terminal.exitCode()).toBe(0);
    for (const control of ['\x1b[31mred', '\x9b']) expect(terminal.everything()).not.toContain(control);
    expect(terminal.screen()).toContain('[31mred \ufffd32mgreen');
  });
});
