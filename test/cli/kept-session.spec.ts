import { execFile } from 'node:child_process';
import { cp, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commandLine, environmentWith, runCommand, signingIn } from './command.ts';
import { openHome } from './signed-in.ts';
import { openTerminal } from './terminal.ts';

/** Shows the command lines of all processes, and gives no code. */
const listProcesses = "cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' ' ' >&2; exit 1";

describe.concurrent('after a login', () => {
  it('the account is the same however its address and name are written', async () => {
    await using home = await openHome();
    const { port } = new URL(home.emulator.baseUrl);
    const first = ['--base-url', `http://localhost:${port}/api/`];
    expect(await home.login(first)).toMatchObject({ exitCode: 0 });
    for (const host of ['LOCALHOST', 'localhost']) {
      const again = ['login', '--base-url', `HTTP://${host}:${port}/api`, '--username', ' bob '];
      expect(await runCommand(again, home.variables)).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^Already signed in/),
      });
    }
    expect(home.emulator.requests).toHaveLength(1);
  });

  it('the last account is used, unless a flag or the environment names another', async () => {
    await using home = await openHome({
      users: ['alice', 'bob'].map((username) => ({ username, password: `${username}-demo` })),
    });
    await home.login([], 'alice');
    await home.login([], 'bob');
    const whoIs = async (...flags: string[]) => JSON.parse((await home.run('status', '--json', ...flags)).stdout);
    expect(await whoIs()).toMatchObject({ username: 'bob' });
    expect(await whoIs('--username', 'alice')).toMatchObject({ state: 'authenticated', username: 'alice' });
    expect(await whoIs('--base-url', 'https://other.test')).toMatchObject({ failure: { code: 'not-signed-in' } });
    await home.login([], 'alice');
    expect(await whoIs()).toMatchObject({ username: 'alice' });
  });

  it('the remembered account contains no password and no token', async () => {
    await using home = await openHome();
    await home.login();
    const remembered = JSON.parse(await readFile(join(home.directory, 'last-account.json'), 'utf8'));
    const { baseUrl, appKey } = home.emulator;
    expect(remembered).toEqual({ baseUrl, username: 'bob', appKey, store: 'file' });
    // The other tests rely on it.
    const files = await readdir(home.directory);
    await home.signIn();
    expect(await readdir(home.directory)).toEqual(files);
    expect(JSON.parse(await readFile(join(home.directory, 'last-account.json'), 'utf8'))).toEqual(remembered);
  });
});

describe.concurrent('without a live session', () => {
  it('an expired one: a login in a terminal says whose password it wants', async () => {
    await using home = await openHome();
    await home.signIn();
    await home.alterSession({ expiresAt: 0 });
    await using terminal = openTerminal(['login'], home.variables);
    await terminal.waitForScreen(`As bob at ${home.emulator.baseUrl}, like the last time.`);
    await terminal.answer('Password', 'bob-demo');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.isLeftInOrder()).toBe(true);
  });

  it.each(['', '[]', '{"half":', '{"baseUrl":1}'])(
    'a memory of the last account that is damaged: as if there were none: %j',
    async (text) => {
      await using home = await openHome();
      await home.signIn();
      await writeFile(join(home.directory, 'last-account.json'), text);
      const { exitCode, stdout } = await home.run('status', '--json');
      expect(exitCode).toBe(4);
      expect(JSON.parse(stdout)).toMatchObject({ failure: { code: 'not-signed-in' } });
      await home.signIn();
      expect((await home.run('status')).exitCode).toBe(0);
    },
  );

  // As in an automounted home that cannot be mounted.
  it.runIf(process.platform === 'linux')('a home in which nothing can be created: 6, and no hang', async () => {
    await using home = await openHome();
    const variables = {
      ...signingIn(home.emulator, 'bob'),
      ETNA_AUTH_HOME: '/proc/home/etna-auth',
      ETNA_AUTH_STORE: '',
    };
    const { exitCode, stderr } = await runCommand(['login'], variables);
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('ENOENT at /proc/home/etna-auth')]);
    expect(home.emulator.requests).toEqual([]);
  });

  it('an unknown store: 2', async () => {
    await using home = await openHome();
    const { exitCode, stderr } = await runCommand(['token'], { ...home.variables, ETNA_AUTH_STORE: 'redis' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('ETNA_AUTH_STORE must be one of file, keyring, memory.');
  });
});

describe.concurrent('--store keyring', () => {
  it('reports a missing keyring, uses no other store, and sends nothing', async () => {
    await using home = await openHome();
    const { exitCode, stderr } = await home.login(['--store', 'keyring']);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('(The package @napi-rs/keyring is there, but no unlocked keyring answers.)');
    expect(home.emulator.requests).toEqual([]);
    await expect(readdir(home.directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reports that the package is not installed', async () => {
    await using home = await openHome();
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    const [node] = commandLine([]);
    await cp(join(import.meta.dirname, '../../dist'), folder.path, { recursive: true });
    await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
    const env = environmentWith({ ...signingIn(home.emulator, 'bob'), ...home.variables, ETNA_AUTH_STORE: 'keyring' });
    const login = promisify(execFile)(node, [join(folder.path, 'cli.cjs'), 'login'], { env });
    await expect(login).rejects.toMatchObject({
      code: 6,
      stderr: expect.stringContaining('(The package @napi-rs/keyring is not installed: npm install @napi-rs/keyring)'),
    });
  });
});

describe.concurrent('logout', () => {
  it('deletes it even if the server cannot be reached, and says how long the token remains valid', async () => {
    await using home = await openHome();
    await home.signIn();
    await home.emulator.close();
    const { exitCode, stderr } = await home.run('logout');
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(
      /^The session of bob is forgotten here, but .* stays good until .*\. The server could not be reached\./,
    );
    expect(stderr).toContain('ECONNREFUSED');
    expect(await readdir(home.directory)).toEqual([]);
  });

  it.for([
    ['ends it at the server', true, 'Signed out bob.\n', 0],
    ['says how it failed', false, expect.stringMatching(/ stays good until it expires\. The server could not be/), 5],
  ] as const)('of one from the future, which counts as expired, %s', async ([, isReachable, stderr, exitCode]) => {
    await using home = await openHome();
    await home.signIn();
    const issuedAt = Date.now() + 2 * 24 * 3_600_000;
    await home.alterSession({ issuedAt, expiresAt: issuedAt + 24 * 3_600_000 });
    if (!isReachable) await home.emulator.close();
    expect(await home.run('logout')).toMatchObject({ exitCode, stderr });
    const paths = home.emulator.requests.map(({ path }) => path);
    expect(paths).toEqual(['/api/token', ...(isReachable ? ['/api/logout'] : [])]);
    expect(await readdir(home.directory)).toEqual([]);
  });
});

describe.concurrent('no secret appears', () => {
  it('in any command but token, in pipes, in a terminal or in the list of processes', async () => {
    await using home = await openHome();
    const outputs = [await home.login(), await home.login(['--json'])];
    const token = await home.token();
    await using terminal = openTerminal(['status'], home.variables);
    await terminal.exitCode();
    const list = await runCommand(['login', '--force', '--code-command', listProcesses], {
      ...signingIn(home.emulator, 'alice'),
      ...home.variables,
    });
    const commands = [['status'], ['status', '--json'], ['api', 'v1.0/users/@me/info'], ['api', 'no'], ['logout']];
    for (const command of commands) outputs.push(await home.run(...command, '--username', 'bob'));
    const shown = [...outputs, list].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(shown).toContain('--code-command');
    for (const secret of [token, 'bob-demo', 'alice-demo']) {
      expect(shown).not.toContain(secret);
      expect(terminal.everything()).not.toContain(secret);
    }
  });
});
