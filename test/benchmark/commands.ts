import { spawnSync } from 'node:child_process';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { secret } from '../../machines/secret.ts';
import { rememberAccount } from '../../src/cli/account.ts';
import { createFileStore } from '../../src/node/index.ts';
import { saveSession } from '../../src/session/session-store.ts';
import { compare, inTurn, median, type Result } from './result.ts';
import { startTokenServer } from './start-token-server.ts';

const rounds = 40;
const command = resolve(import.meta.dirname, '../../dist/cli.cjs');

/** The same request without a library, a check of `State`, or a timeout. */
const bareScript = `
  const headers = { 'Et-App-Key': process.env.ETNA_APP_KEY, Username: 'bob', Password: process.env.ETNA_PASSWORD };
  fetch(process.env.ETNA_BASE_URL + '/token', { method: 'POST', headers })
    .then((response) => response.json())
    .then(({ Token }) => console.log(Token));
`;

/** The same in Python, with the library that most programs in it use. */
const pythonScript = `
import os, requests
headers = {'Et-App-Key': os.environ['ETNA_APP_KEY'], 'Username': 'bob', 'Password': os.environ['ETNA_PASSWORD']}
print(requests.post(os.environ['ETNA_BASE_URL'] + '/token', headers=headers).json()['Token'])
`;

/** The interpreter itself, since the one in the path may be a script that looks for it; `null` if it cannot run the script. */
function findPython(): string | null {
  const { status, stdout } = spawnSync('python3', ['-c', 'import requests, sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}

/** The time of commands, as processes. */
export async function measureCommands(): Promise<Result[]> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'etna-auth-'));
  using server = await startTokenServer();
  process.env.ETNA_AUTH_HOME = folder.path;
  const account = { baseUrl: server.baseUrl, username: 'bob' };
  const now = Date.now();
  const session = { username: 'bob', token: secret('token'), issuedAt: now, expiresAt: now + 3_600_000 };
  await saveSession(createFileStore(), account, session);
  await rememberAccount({ ...account, store: 'file' });
  const { PATH } = process.env;
  const env = {
    ...{ PATH, ETNA_AUTH_HOME: folder.path, NODE_COMPILE_CACHE: undefined },
    ...{ ETNA_BASE_URL: server.baseUrl, ETNA_APP_KEY: 'key', ETNA_PASSWORD: 'bob-demo' },
  };
  const run = (args: readonly string[], more: NodeJS.ProcessEnv = {}, program = process.execPath) => {
    const start = performance.now();
    const { status, stderr } = spawnSync(program, args, { env: { ...env, ...more }, encoding: 'utf8' });
    const time = performance.now() - start;
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return time;
  };

  const python = findPython();
  const login = [command, 'login', '--username', 'bob', '--store', 'memory', '--print-token'];
  const times = await inTurn(
    {
      nothing: () => run(['-e', '0']),
      token: () => run([command, 'token']),
      'token --store file': () => run([command, 'token', '--store', 'file']),
      status: () => run([command, 'status']),
      '--help': () => run([command, '--help']),
      'login, with a stored session': () => run([command, 'login']),
      script: () => run(['-e', bareScript]),
      python: () => (python ? run(['-c', pythonScript], {}, python) : Number.NaN),
      login: () => run(login),
      'login, with NODE_COMPILE_CACHE': () => run(login, { NODE_COMPILE_CACHE: join(folder.path, 'compiled') }),
    },
    rounds,
  );
  type Other = readonly [name: string, times: readonly number[]];
  const node: Other = ['node -e 0', times.nothing];
  const script: Other = ['a script with one fetch', times.script];
  const row = (
    name: Exclude<keyof typeof times, 'nothing' | 'script' | 'python'>,
    [other, theirs]: Other,
    goal?: number,
  ) => ({
    group: 'Commands',
    name: `etna-auth ${name}`,
    unit: 'ms' as const,
    value: median(times[name]),
    reference: compare(other, times[name], theirs),
    ...(goal !== undefined && { goal }),
  });
  const inPython: Other = ['a script in Python', times.python];
  return [
    row('token', node, 1.3),
    row('token --store file', node, 1.3),
    row('status', node, 1.3),
    row('--help', node, 1.3),
    row('login, with a stored session', node),
    row('login', script),
    row('login, with NODE_COMPILE_CACHE', script),
    ...(python
      ? [
          { ...row('login', inPython, 1), name: 'etna-auth login, beside Python' },
          {
            ...row('login, with NODE_COMPILE_CACHE', inPython, 0.9),
            name: 'etna-auth login, with NODE_COMPILE_CACHE, beside Python',
          },
        ]
      : []),
  ];
}
