import { storeKinds, type TargetFlags } from './account.ts';
import { type ApiFlags, runApi } from './api.ts';
import type { DoctorFlags } from './doctor.ts';
import type { EmulatorFlags } from './emulator.ts';
import { type LoginFlags, openScene, runLogin } from './login.ts';
import { type LogoutFlags, runLogout } from './logout.ts';
import { runStatus, runToken, type StatusFlags } from './status.ts';

// All commands and their flags. `plain-use.ts` reads correct command lines by this table, `help.ts` prints it, and `usage.ts` finds
// usage errors with it.

/** A flag. Its key in kebab case is its name on the command line: `baseUrl` is `--base-url`. */
export interface Flag {
  readonly description: string;
  /** The name of its value in the help. A flag without one is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** Parses the value; `undefined` if it breaks the rule. */
  readonly read?: (text: string) => unknown;
  readonly rule?: string;
  readonly isRepeatable?: true;
  /** The key of a flag that cannot be combined with it. */
  readonly conflict?: string;
}

/** A positional argument. Optional ones come last. */
interface Argument {
  readonly name: string;
  readonly description: string;
  readonly isOptional?: true;
}

/** A command. It loads on demand whatever is slow to load, such as the HTTP client. */
export interface Command {
  readonly description: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly arguments?: readonly Argument[];
  /**
   * The usage in the help, if there are arguments.
   *
   * @default '[options]'
   */
  readonly usage?: string;
  /** The end of the help. */
  readonly note?: string;
  /** Resolves with the exit code. */
  run(flags: object, words: readonly string[]): Promise<number>;
}

/** Makes the compiler compare the flags in the table with those that the command takes. */
type CommandTaking<Flags extends object> = Omit<Command, 'flags' | 'run'> & {
  readonly flags: { readonly [Name in keyof Flags]-?: Flag };
  run(flags: Flags, words: readonly string[]): Promise<number>;
};

const taking = <Flags extends object>(command: CommandTaking<Flags>): Command => command;

const seconds = {
  value: 'seconds',
  read: (text: string) => (Number(text) > 0 ? Number(text) : undefined),
  rule: 'It must be a positive number of seconds.',
};

const port = {
  value: 'port',
  read: (text: string) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  rule: 'It must be a port number.',
};

const accountFlags = {
  baseUrl: { value: 'url', description: 'base URL of the API [ETNA_BASE_URL]' },
  appKey: { value: 'key', description: 'application key from your broker [ETNA_APP_KEY]' },
  username: { value: 'name', description: 'user name [ETNA_USERNAME]' },
  store: { value: 'kind', choices: storeKinds, description: 'session store (default: file) [ETNA_AUTH_STORE]' },
};

const callTimeout = { ...seconds, description: 'timeout of the request (default: 10)' };
const eachTimeout = { ...seconds, description: 'timeout of each request (default: 10)' };

export const commands: Readonly<Record<string, Command>> = {
  login: taking<LoginFlags>({
    description: 'Sign in. Prompts for anything not given by a flag or an environment variable.',
    flags: {
      ...accountFlags,
      passwordStdin: { description: 'read the password from stdin [ETNA_PASSWORD]' },
      codeCommand: {
        value: 'command',
        description: 'run for each challenge; the first line it prints is the response',
      },
      force: { description: 'sign in again, even if a live session is stored' },
      trace: { description: 'log each step to stderr, without secrets' },
      headerEncoding: {
        value: 'encoding',
        choices: ['utf-8', 'latin1'],
        description: 'how non-ASCII text is sent (default: utf-8)',
      },
      timeout: eachTimeout,
      sessionLifetime: {
        ...seconds,
        description: 'how long a session lives (default: 86400) [ETNA_SESSION_LIFETIME]',
      },
      challengeHeader: {
        value: 'step=header',
        isRepeatable: true,
        description: 'the header that answers a further step; may be repeated [ETNA_CHALLENGE_HEADERS]',
      },
      json: { conflict: 'printToken', description: 'print the result as JSON, without the token' },
      printToken: { description: 'print only the token' },
    },
    note: 'The password is never a flag: other users of the machine can read the flags of a process.',
    run: async (flags) => runLogin(flags, await openScene()),
  }),
  status: taking<StatusFlags>({
    description: 'Show who is signed in, until when, and where the session is stored.',
    flags: { ...accountFlags, json: { description: 'print the status as JSON' } },
    run: runStatus,
  }),
  token: taking<TargetFlags>({
    description: 'Print a live token and nothing else.',
    flags: accountFlags,
    run: runToken,
  }),
  api: taking<ApiFlags>({
    description: 'Call the API as the signed-in user and print the response.',
    flags: {
      ...accountFlags,
      data: { value: 'json', description: 'the body: JSON, @file, or - for stdin' },
      timeout: callTimeout,
    },
    // The arguments are a path, or a method and a path.
    arguments: [
      { name: 'path', description: 'relative to the base URL, such as v1.0/users/@me/info' },
      { name: 'method', isOptional: true, description: 'default: GET, or POST with --data' },
    ],
    usage: '[options] [method] <path>',
    note: 'The exit code is 1 if the status of the response is not 2xx.',
    run: (flags, [first = '', second]) =>
      runApi(second === undefined ? { path: first } : { method: first, path: second }, flags),
  }),
  logout: taking<LogoutFlags>({
    description: 'End the session at the server and delete it from the store.',
    flags: { ...accountFlags, timeout: callTimeout },
    run: runLogout,
  }),
  doctor: taking<DoctorFlags>({
    description: 'Check all that a login depends on, without signing in: address, server, key, clock, store.',
    flags: { ...accountFlags, timeout: eachTimeout, json: { description: 'print the result as JSON' } },
    run: async (flags) => (await import('./doctor.ts')).runDoctor(flags),
  }),
  emulator: taking<EmulatorFlags>({
    description: 'Run an emulated ETNA Trader on this machine.',
    flags: { port: { ...port, description: 'port to listen on (default: a free one)' } },
    run: async (flags) => (await import('./emulator.ts')).runEmulator(flags),
  }),
};

/** `baseUrl` as `base-url`. */
export const kebabCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
