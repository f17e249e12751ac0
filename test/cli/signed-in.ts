import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore, storedLogin } from '../../src/node/index.ts';
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { type Run, runCommand, signingIn, type Variables } from './command.ts';

/** An emulator, and a home in which the command keeps its sessions: each test has its own. */
export interface Home extends AsyncDisposable {
  readonly emulator: RunningEmulator;
  readonly directory: string;
  /** The environment of a person who lives here, and has told nothing else. */
  readonly variables: Variables;
  /** Signs in by `etna-auth login`, as a user without a second factor. */
  login(flags?: readonly string[], username?: string): Promise<Run>;
  /** Signs in as the same user, without a process. */
  signIn(): Promise<void>;
  /** Runs a command that is told nothing but its flags. */
  run(...args: readonly string[]): Promise<Run>;
  /** The file that keeps the one session that there is. */
  sessionFile(): Promise<string>;
  /** Changes that session. */
  alterSession(change: object): Promise<void>;
  /** The token in it. */
  token(): Promise<string>;
}

/** Leaves in a directory what a login by `etna-auth login` leaves, without the time that it takes to start a process. */
export async function signInAs(username: string, { baseUrl, appKey }: RunningEmulator, directory: string) {
  const account = { baseUrl, username, appKey };
  await storedLogin({ ...account, password: `${username}-demo`, store: createFileStore({ directory }) });
  const remembered = JSON.stringify({ ...account, store: 'file' });
  await writeFile(join(directory, 'last-account.json'), remembered, { mode: 0o600 });
}

/** Opens a home, which is removed at the end of the block. `name` is that of the directory of its sessions. */
export async function openHome(options?: EmulatorOptions, name = 'state'): Promise<Home> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const emulator = await startEmulator({ ...options });
  const directory = join(folder.path, name);
  const variables = { ETNA_AUTH_HOME: directory, ETNA_AUTH_STORE: '' };
  const sessionFile = async () => {
    const [name = 'none', ...others] = (await readdir(directory)).filter((file) => /^[\da-f]{16}\.json$/.test(file));
    if (others.length > 0) throw new Error(`More than one session: ${[name, ...others]}`);
    return join(directory, name);
  };
  const readSession = async () => JSON.parse(await readFile(await sessionFile(), 'utf8'));
  return {
    emulator,
    directory,
    variables,
    login: (flags = [], username = 'bob') =>
      runCommand(['login', ...flags], { ...signingIn(emulator, username), ...variables }),
    signIn: () => signInAs('bob', emulator, directory),
    run: (...args) => runCommand(args, variables),
    sessionFile,
    alterSession: async (change) =>
      writeFile(await sessionFile(), JSON.stringify({ ...(await readSession()), ...change }), { mode: 0o600 }),
    token: async () => (await readSession()).token,
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await folder.remove();
    },
  };
}
