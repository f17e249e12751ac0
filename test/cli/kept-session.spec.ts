import { execFile } from 'node:child_process';
import { chmod, cp, mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises';
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
  it('the login says where the session is stored, in a private file', async () => {
    await using home = await openHome();
    const { exitCode, stderr } = await home.login();
    const file = await home.sessionFile();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^Signed in as bob until .*\. The session is stored in /);
    expect(stderr).toContain(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('a second login says so, and neither prompts nor sends anything', async () => {
    await using home = await openHome();
    await home.signIn();
    const again = await runCommand(['login'], home.variables);
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Already signed in as bob until .*\. Use --force to sign in again\.\n$/),
    });
    const { stdout } = await runCommand(['login', '--print-token'], home.variables);
    expect(stdout).toBe(`${await home.token()}\n`);
    expect(home.emulator.requests).toHaveLength(1);
  });

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

  it('login --force signs in again', async () => {
    await using home = await openHome();
    await home.login();
    const before = await home.token();
    expect(await home.login(['--force'])).toMatchObject({ exitCode: 0 });
    expect(await home.token()).not.toBe(before);
  });

  it('token prints only the token', async () => {
    await using home = await openHome();
    await home.signIn();
    expect(await home.run('token')).toEqual({ exitCode: 0, stdout: `${await home.token()}\n`, stderr: '' });
    const flags = ['--username', 'bob', '--store', 'file'];
    expect(await home.run('token', ...flags)).toMatchObject({ exitCode: 0, stdout: `${await home.token()}\n` });
  });

  it('status says who is signed in, until when and where the session is stored, as text and as JSON', async () => {
    await using home = await openHome();
    await home.signIn();
    const file = await home.sessionFile();
    const { baseUrl } = home.emulator;
    const { exitCode, stdout } = await home.run('status');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^Signed in as bob at http:\S+\/api until .*\.$/),
      expect.stringContaining(file),
      '',
    ]);
    expect(JSON.parse((await home.run('status', '--json')).stdout)).toEqual({
      state: 'authenticated',
      username: 'bob',
      expiresAt: expect.stringMatching(/^\d{4}-/),
      baseUrl,
      store: 'file',
      place: file,
    });
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

  it('a login with --store memory stores nothing', async () => {
    await using home = await openHome();
    expect(await home.login(['--store', 'memory'])).toMatchObject({ exitCode: 0 });
    await expect(readdir(home.directory)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await home.run('token')).toMatchObject({ exitCode: 4, stdout: '' });
  });
});

describe.concurrent('without a live session', () => {
  it('none: 4, not-signed-in', async () => {
    await using home = await openHome();
    for (const command of [['token'], ['api', 'v1.0/users/@me/info'], ['token', '--username', 'bob']]) {
      expect(await home.run(...command)).toEqual({
        exitCode: 4,
        stdout: '',
        stderr: 'Nobody is signed in. Sign in first.\n',
      });
    }
    const { exitCode, stdout } = await home.run('status', '--json');
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', failure: { code: 'not-signed-in' }, store: 'file' });
  });

  it('an expired one: 4, session-expired, and a login only needs the password', async () => {
    await using home = await openHome();
    await home.signIn();
    await home.alterSession({ expiresAt: Date.now() - 1000 });
    for (const command of ['token', 'status']) {
      const { exitCode, stdout, stderr } = await home.run(command);
      expect(exitCode).toBe(4);
      expect(stdout + stderr).toMatch(
        /^The session has expired\. \(bob at http:.*, until \d{4}-.*\) Sign in again\.\n$/,
      );
    }
    expect(JSON.parse((await home.run('status', '--json')).stdout)).toMatchObject({
      state: 'failed',
      failure: { code: 'session-expired' },
      username: 'bob',
      baseUrl: home.emulator.baseUrl,
    });
    const again = await runCommand(['login'], { ...home.variables, ETNA_PASSWORD: 'bob-demo' });
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^Signed in as bob/) });
  });

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

  it('a file that others can read: 6, store-unavailable, and nothing is sent', async () => {
    await using home = await openHome();
    await home.signIn();
    const file = await home.sessionFile();
    await chmod(file, 0o644);
    for (const command of [['token'], ['login'], ['status'], ['logout'], ['api', '/']]) {
      const { exitCode, stdout, stderr } = await home.run(...command);
      expect(exitCode).toBe(6);
      expect(stdout + stderr).toContain(`(${file} is open to other users: chmod go= '${file}' closes it.)`);
    }
    expect(home.emulator.requests).toHaveLength(1);
  });

  it('a damaged file: 6, store-damaged, and it is not changed', async () => {
    await using home = await openHome();
    await home.signIn();
    const file = await home.sessionFile();
    await writeFile(file, '{"half":');
    for (const command of [['token'], ['login', '--force'], ['status'], ['logout']]) {
      expect((await home.run(...command)).exitCode).toBe(6);
    }
    expect(JSON.parse((await home.run('status', '--json')).stdout)).toMatchObject({
      failure: { code: 'store-damaged' },
    });
    expect(await readFile(file, 'utf8')).toBe('{"half":');
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
  it('ends the session at the server, and deletes it and the account', async () => {
    await using home = await openHome();
    await home.signIn();
    const token = await home.token();
    expect(await home.run('logout')).toEqual({ exitCode: 0, stdout: '', stderr: 'Signed out bob.\n' });
    expect(await readdir(home.directory)).toEqual([]);
    const { baseUrl, appKey } = home.emulator;
    const headers = { Authorization: `Bearer ${token}`, 'Et-App-Key': appKey };
    expect((await fetch(`${baseUrl}/v1.0/users/@me/info`, { headers })).status).toBe(401);
    expect(await home.run('token')).toMatchObject({ exitCode: 4 });
  });

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

  it('accepts a session that has already ended or expired', async () => {
    await using home = await openHome();
    await home.signIn();
    home.emulator.expireSessions();
    expect(await home.run('logout')).toMatchObject({ exitCode: 0, stderr: 'Signed out bob.\n' });
    await home.signIn();
    await home.alterSession({ expiresAt: 1 });
    const sent = home.emulator.requests.length;
    expect(await home.run('logout')).toMatchObject({ exitCode: 0, stderr: 'Nobody was signed in.\n' });
    expect(home.emulator.requests).toHaveLength(sent);
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
