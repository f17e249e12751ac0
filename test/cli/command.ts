import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningEmulator } from '../../src/testing/index.ts';

/** Where `npm run coverage` has Node write what was run. */
const coverage = process.env.NODE_V8_COVERAGE;

const programs = {
  /** The command as it ships; where its coverage is measured, as it is written. */
  command: coverage ? '../../src/cli/main.ts' : '../../dist/cli.cjs',
  /** What `npm start` runs. */
  demo: '../../docs/demo.ts',
};

/** What can be started. */
export type Program = keyof typeof programs;

/** Ends a wait that has become hopeless, in milliseconds. Starting Node takes seconds where everything runs at once. */
export const patience = 12_000;

/** The command line that starts a program. */
export function commandLine(args: readonly string[], program: Program = 'command'): [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL(programs[program], import.meta.url)), ...args];
}

/** Environment variables. */
export type Variables = Readonly<Record<string, string>>;

/** The environment of a person who has set these variables: nothing of the test runner, nor of a CI, gets through. */
export function environmentWith(variables: Variables): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: tmpdir(),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    // What one test keeps must not be there for the next.
    ETNA_AUTH_STORE: 'memory',
    // Halves the time that it takes to start.
    NODE_COMPILE_CACHE: join(tmpdir(), 'etna-auth-compile-cache'),
    ...(coverage && { NODE_V8_COVERAGE: coverage }),
    ...variables,
  };
}

/** Where the emulator is, as `etna-auth` finds it. */
export const pointingTo = ({ baseUrl, appKey }: RunningEmulator) => ({ ETNA_BASE_URL: baseUrl, ETNA_APP_KEY: appKey });

/** Where the emulator is, and who signs in: nothing is left to ask before the challenge. */
export const signingIn = (emulator: RunningEmulator, username: string, password = `${username}-demo`) => ({
  ...pointingTo(emulator),
  ETNA_USERNAME: username,
  ETNA_PASSWORD: password,
});

/** How a run ended. */
export interface Run {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in pipes. */
export interface Running extends AsyncDisposable {
  readonly pid: number | undefined;
  /** What it has printed so far, on stdout and stderr. */
  output(): string;
  /** Waits until it has printed something. Fails with the output, at once when the command has ended. */
  waitForOutput(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** Writes to stdin and leaves it open. Resolves once the command has read it, but for what the system holds for it. */
  feed(text: string): Promise<void>;
  /** Leaves, as the `head` of `etna-auth … | head` does. */
  closeStdout(): void;
  readonly ended: Promise<Run>;
}

/** How to start a command in pipes. */
export interface RunOptions {
  readonly program?: Program;
  /** Written to stdin, which then ends. Without it, stdin is a pipe that stays open and silent. */
  readonly input?: string;
  /** Milliseconds after which it is killed. Defaults to `patience`. */
  readonly timeout?: number;
  /** A program that starts it, such as `unshare`, with its arguments. */
  readonly launcher?: readonly string[];
}

/** Starts the command in pipes, as cron and CI do. It is killed at the end of the block, or when it takes too long. */
export function startCommand(
  args: readonly string[],
  variables: Variables = {},
  { program, input, timeout = patience, launcher = [] }: RunOptions = {},
): Running {
  const [file = '', ...rest] = [...launcher, ...commandLine(args, program)];
  const child = spawn(file, rest, { env: environmentWith(variables), timeout, killSignal: 'SIGKILL' });
  // A command that does not read its stdin may be gone before this is written.
  child.stdin.on('error', () => {});
  if (input !== undefined) child.stdin.end(input);

  const printed = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const output = () => printed.stdout + printed.stderr;
  const ended = new Promise<Run>((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, ...printed }));
  });

  return {
    pid: child.pid,
    output,
    waitForOutput: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output());
          if (match) resolve(match);
        };
        watchers.add(look);
        look();
        ended.then(({ exitCode }) => reject(new Error(`Ended with ${exitCode}, without ${pattern}:\n\n${output()}\n`)));
      }),
    signal: (signal) => void child.kill(signal),
    feed: (text) => new Promise((resolve) => child.stdin.write(text, () => resolve())),
    closeStdout: () => void child.stdout.destroy(),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs the command in pipes to its end. */
export const runCommand = (args: readonly string[], variables?: Variables, options?: RunOptions): Promise<Run> =>
  startCommand(args, variables, options).ended;
