import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { storeKinds, type TargetFlags } from './account.ts';
import type { ApiFlags } from './api.ts';
import { createMonologue } from './conversation.ts';
import type { DoctorFlags } from './doctor.ts';
import type { LoginFlags } from './login.ts';
import type { LogoutFlags } from './logout.ts';
import type { StatusFlags } from './status.ts';

const usageError = 2;

/** Runs the command line, and resolves with the exit code. Each command is loaded on demand. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('etna-auth')
    .description(packageJson.description)
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .showHelpAfterError();

  const accountCommand = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--base-url <url>', 'base URL of the API [ETNA_BASE_URL]')
      .option('--app-key <key>', 'application key from your broker [ETNA_APP_KEY]')
      .option('--username <name>', 'user name [ETNA_USERNAME]')
      .addOption(new Option('--store <kind>', 'session store (default: file) [ETNA_AUTH_STORE]').choices(storeKinds));

  accountCommand('login', 'Sign in. Prompts for anything not given by a flag or an environment variable.')
    .option('--password-stdin', 'read the password from stdin [ETNA_PASSWORD]')
    .option('--code-command <command>', 'run for each challenge; the first line it prints is the response')
    .option('--force', 'sign in again, even if a live session is stored')
    .option('--trace', 'log each step to stderr, without secrets')
    .addOption(
      new Option('--header-encoding <encoding>', 'how non-ASCII text is sent (default: utf-8)').choices([
        'utf-8',
        'latin1',
      ]),
    )
    .option('--timeout <seconds>', 'timeout of each request (default: 10)', parseSeconds)
    .option(
      '--session-lifetime <seconds>',
      'how long a session lives (default: 86400) [ETNA_SESSION_LIFETIME]',
      parseSeconds,
    )
    .option(
      '--challenge-header <step=header>',
      'the header that answers a further step; may be repeated [ETNA_CHALLENGE_HEADERS]',
      (text, all: string[] = []) => [...all, text],
    )
    .addOption(new Option('--json', 'print the result as JSON, without the token').conflicts('printToken'))
    .option('--print-token', 'print only the token')
    .addHelpText('after', '\nThe password is never a flag: other users of the machine can read the flags of a process.')
    .action(async (flags: LoginFlags) => {
      const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true;
      const conversation = interactive ? await openDialogue() : createMonologue();
      const { runLogin } = await import('./login.ts');
      exitCode = await runLogin(flags, { conversation, interactive });
    });

  accountCommand('status', 'Show who is signed in, until when, and where the session is stored.')
    .option('--json', 'print the status as JSON')
    .action(async (flags: StatusFlags) => {
      const { runStatus } = await import('./status.ts');
      exitCode = await runStatus(flags);
    });

  accountCommand('token', 'Print a live token and nothing else.').action(async (flags: TargetFlags) => {
    const { runToken } = await import('./token.ts');
    exitCode = await runToken(flags);
  });

  accountCommand('api', 'Call the API as the signed-in user and print the response.')
    .usage('[options] [method] <path>')
    .argument('<path>', 'relative to the base URL, such as v1.0/users/@me/info')
    // The arguments are a path, or a method and a path.
    .argument('[method]', 'default: GET, or POST with --data')
    .option('--data <json>', 'the body: JSON, @file, or - for stdin')
    .option('--timeout <seconds>', 'timeout of the request (default: 10)', parseSeconds)
    .addHelpText('after', '\nThe exit code is 1 if the status of the response is not 2xx.')
    .action(async (first: string, second: string | undefined, flags: ApiFlags) => {
      const { runApi } = await import('./api.ts');
      exitCode = await runApi(second === undefined ? { path: first } : { method: first, path: second }, flags);
    });

  accountCommand('logout', 'End the session at the server and delete it from the store.')
    .option('--timeout <seconds>', 'timeout of the request (default: 10)', parseSeconds)
    .action(async (flags: LogoutFlags) => {
      const { runLogout } = await import('./logout.ts');
      exitCode = await runLogout(flags);
    });

  accountCommand('doctor', 'Check all that a login depends on, without signing in: address, server, key, clock, store.')
    .option('--timeout <seconds>', 'timeout of each request (default: 10)', parseSeconds)
    .option('--json', 'print the result as JSON')
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await import('./doctor.ts');
      exitCode = await runDoctor(flags);
    });

  program
    .command('emulator')
    .description('Run an emulated ETNA Trader on this machine.')
    .option('--port <port>', 'port to listen on (default: a free one)', parsePort)
    .action(async ({ port = 0 }: { port?: number }) => {
      const { runEmulator } = await import('./emulator.ts');
      exitCode = await runEmulator(port);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : usageError;
  }
  return exitCode;
}

/** A password that was passed as `--password=…`, `-p…` or an extra argument must not be printed. */
const withoutValues = (complaint: string) =>
  complaint.replace(/(option '(?:--[\w-]+(?==)|-\w)).+'/, "$1'").replace(/(arguments? but got \d+): .*/, '$1.');

// It is slow to load, and scripts do not need it.
async function openDialogue() {
  const { createDialogue } = await import('./dialogue.ts');
  return createDialogue('Sign in to ETNA Trader');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new InvalidArgumentError('It must be a positive number of seconds.');
  return seconds;
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It must be a port number.');
  return Number(text);
}
