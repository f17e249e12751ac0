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
import { openHome } from './signed-in.ts';
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
  it('calls with the session, and prints the reply unchanged to a pipe', async () => {
    await using home = await openHome();
    await home.signIn();
    for (const path of ['v1.0/users/@me/info', '/v1.0/users/@me/info']) {
      const { exitCode, stdout, stderr } = await home.run('api', path);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^\{"UserId".*\}$/);
      expect(JSON.parse(stdout)).toMatchObject({ Login: 'bob' });
    }
  });

  it('prints indented JSON to a terminal', async () => {
    await using home = await openHome();
    await home.signIn();
    await using terminal = openTerminal(['api', 'v1.0/users/@me/info'], home.variables);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.screen()).toMatch(/^\{\n {2}"UserId": 1002,\n {2}"FirstName": "Bob",/);
  });

  it('prints any reply of the API, and exits with 1 after an error', async () => {
    await using home = await openHome();
    await home.signIn();
    const denied = await home.run('api', 'v1.0/users/1/info');
    expect(denied).toMatchObject({ exitCode: 1, stderr: 'The API answered 401.\n' });
    expect(JSON.parse(denied.stdout)).toEqual({ Message: 'Authorization has been denied for this request.' });
    expect(await home.run('api', 'v1.0/nothing')).toMatchObject({ exitCode: 1, stderr: 'The API answered 404.\n' });
    expect(await home.run('status')).toMatchObject({ exitCode: 0 });
  });

  it('reports and deletes a session that the server has ended', async () => {
    await using home = await openHome();
    await home.signIn();
    home.emulator.expireSessions();
    expect(await home.run('api', 'v1.0/users/@me/info')).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringMatching(/^The server has ended the session\./),
    });
    expect(await home.run('token')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/^Nobody is signed in/),
    });
  });

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

  it.each([
    ['away', 5],
    ['https://elsewhere.test/', 2],
    ['http:elsewhere.test/', 2],
    ['../admin', 2],
    ['x/../../admin', 2],
    ['%2e%2e/admin', 2],
  ])('is not led elsewhere by %s', async (path, expected) => {
    await using echo = await openEcho();
    const { exitCode, stdout, stderr } = await runCommand(['api', path], echo.variables);
    expect([exitCode, stdout]).toEqual([expected, '']);
    expect(stderr).not.toContain('token-1');
    expect(echo.requests).toEqual(path === 'away' ? ['GET /api/away - '] : []);
  });

  it.each([
    ['data that is not JSON', ['x', '--data', '{a:1}'], 'What --data names is not JSON.'],
    ['a file that is not there', ['x', '--data', '@/nowhere'], '--data: /nowhere cannot be read.'],
    ['data with GET', ['GET', 'x', '--data', '1'], 'GET takes no --data.'],
    ['a method that there is not', ['FETCH', 'x'], 'There is no such method.'],
  ])('refuses %s', async (_, args, words) => {
    await using home = await openHome();
    await home.signIn();
    expect(await home.run('api', ...args)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(words),
    });
    expect(home.emulator.requests).toHaveLength(1);
  });

  it('refuses to call without an application key', async () => {
    await using echo = await openEcho();
    const run = await runCommand(['api', 'x'], { ...echo.variables, ETNA_APP_KEY: '' });
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Set ETNA_APP_KEY, or pass --app-key.') });
    expect(echo.requests).toEqual([]);
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
