import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AuthError, type AuthFailure } from '../../machines/failures.ts';
import { logTransitions } from '../inspect/log-transitions.ts';
import { explain } from '../messages.ts';
import { codeFromCommand } from '../node/code-command.ts';
import { type Configuration, type ConfigurationOptions, findConfiguration, variables } from '../node/configuration.ts';
import { storedLogin } from '../node/stored-login.ts';
import type { OpenStore, Target } from './account.ts';
import type { Conversation } from './conversation.ts';
import type { LoginFlags, LoginScene, Outcome } from './login.ts';
import { failureOf, readable } from './report.ts';

/** Signs in for `etna-auth login`: prompts for missing values, answers each challenge, and stores the session. */
export async function signIn(
  flags: LoginFlags,
  target: Target,
  { store, placeOf }: OpenStore,
  { conversation, interactive }: LoginScene,
  signal: AbortSignal,
): Promise<Outcome> {
  const { passwordStdin, headerEncoding, timeout, codeCommand, force, trace } = flags;
  const sessionLifetime = lifetimeFrom(flags.sessionLifetime);
  const challengeHeaders = challengeHeadersFrom(flags.challengeHeader);
  let unstored: AuthFailure | undefined;
  if (target.isRecalled && interactive) {
    conversation.note(`As ${target.username} at ${target.baseUrl}, like the last time.`);
  }
  const { baseUrl, appKey, username } = target;
  // If stdin is a terminal, the user is prompted, so that the password does not show.
  const password = passwordStdin && !process.stdin.isTTY ? await readPassword(signal) : undefined;
  const given = { baseUrl, appKey, username, password };
  const complete = interactive ? await askForMissing(given, conversation, signal) : demandComplete(given);
  const session = await storedLogin({
    ...complete,
    store,
    force,
    headerEncoding,
    sessionLifetime,
    challengeHeaders,
    timeout: timeout === undefined ? undefined : Math.ceil(timeout * 1000),
    signal,
    getCode:
      codeCommand === undefined ? (challenge) => conversation.answer(challenge, signal) : codeFromCommand(codeCommand),
    // Only a user can choose them.
    ...(interactive && {
      getNewPassword: (challenge) => conversation.newPassword(challenge, signal),
      getNewPin: (challenge) => conversation.newPin(challenge, signal),
    }),
    onStoreError: (error) => {
      unstored = failureOf(error);
    },
    onState: (state) => conversation.show(state),
    inspect: trace && logTransitions({ write: (line) => conversation.note(line) }),
    onWait: () => conversation.note('Another login to this account is under way, and this one waits for it.'),
  });
  const account = { baseUrl: complete.baseUrl ?? '', username: session.username };
  const outcome = { session, account, appKey: complete.appKey };
  const message = `Signed in as ${session.username} until ${readable(session.expiresAt)}.`;
  if (unstored) return { ...outcome, message: `${message} The session was not stored: ${explain(unstored)}`, unstored };
  const place = placeOf(account);
  return { ...outcome, message: place === null ? message : `${message} The session is stored in ${place}.` };
}

/** The prompts for values that are given neither by a flag nor by an environment variable, in this order. */
const questions: Readonly<Record<keyof Configuration, string>> = {
  baseUrl: 'Base URL of the API',
  appKey: 'Application key',
  username: 'User name',
  password: 'Password',
};

/** The password from stdin, without the line break at its end. */
async function readPassword(signal: AbortSignal): Promise<string> {
  return (await text(addAbortSignal(signal, process.stdin))).replace(/\r?\n$/, '');
}

/** The complete input: the known values, and the user's input for the others. */
async function askForMissing(
  given: ConfigurationOptions,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<ConfigurationOptions> {
  const known = findConfiguration(given);
  const completed: Record<string, ConfigurationOptions[keyof Configuration]> = {};
  for (const name of missingFrom(known)) {
    completed[name] = await conversation.ask(questions[name], { hidden: name === 'password', signal });
  }
  return { ...known, ...completed };
}

/**
 * The complete input, without prompts.
 *
 * @throws {AuthError} `invalid-input`, with all missing values.
 */
function demandComplete(given: ConfigurationOptions): ConfigurationOptions {
  const known = findConfiguration(given);
  const missing = missingFrom(known);
  if (missing.length === 0) return known;
  const detail = `Without a terminal, set ${missing.map((name) => variables[name]).join(', ')} or pass the flags (the password: by --password-stdin).`;
  throw new AuthError('invalid-input', { detail });
}

function missingFrom(known: ConfigurationOptions): (keyof Configuration)[] {
  return (['baseUrl', 'appKey', 'username', 'password'] as const).filter((name) => known[name] === undefined);
}

/**
 * The lifetime of a session in milliseconds, from the flag or `ETNA_SESSION_LIFETIME`, which are in seconds.
 *
 * @throws {AuthError} `invalid-input`.
 */
function lifetimeFrom(flag: number | undefined, environment = process.env): number | undefined {
  const text = environment.ETNA_SESSION_LIFETIME;
  if (flag === undefined && !text) return undefined;
  const seconds = flag ?? Number(text);
  if (seconds > 0) return Math.ceil(seconds * 1000);
  throw new AuthError('invalid-input', { detail: 'ETNA_SESSION_LIFETIME must be a positive number of seconds.' });
}

/**
 * The headers for custom steps, from the flags or else from `ETNA_CHALLENGE_HEADERS`, which has the form `step=header,step=header`.
 *
 * @throws {AuthError} `invalid-input`.
 */
function challengeHeadersFrom(
  flags: readonly string[] | undefined,
  environment = process.env,
): Record<string, string> | undefined {
  const pairs = flags ?? environment.ETNA_CHALLENGE_HEADERS?.split(',').filter(Boolean);
  return pairs && Object.fromEntries(pairs.map(challengeHeaderFrom));
}

function challengeHeaderFrom(pair: string): [step: string, header: string] {
  const [, step, header] = /^\s*([^=\s]+)=([\w-]+)\s*$/.exec(pair) ?? [];
  if (step && header) return [step, header];
  throw new AuthError('invalid-input', { detail: 'A challenge header is given as step=header.' });
}
