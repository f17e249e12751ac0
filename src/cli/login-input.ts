import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AuthError } from '../../machines/failures.ts';
import { type Configuration, type ConfigurationOptions, findConfiguration, variables } from '../node/configuration.ts';
import type { Conversation } from './conversation.ts';

/** What a person is asked, in this order, where neither a flag nor the environment tells. */
const questions: Readonly<Record<keyof Configuration, string>> = {
  baseUrl: 'Base URL of the API',
  appKey: 'Application key',
  username: 'User name',
  password: 'Password',
};

/** The password from stdin, without the end of its line. */
export async function readPassword(signal: AbortSignal): Promise<string> {
  return (await text(addAbortSignal(signal, process.stdin))).replace(/\r?\n$/, '');
}

/** What is known, and what a person answers to the questions for the rest. */
export async function askForMissing(
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
 * What is known, where nobody can be asked.
 *
 * @throws {AuthError} `invalid-input`, naming all that is missing.
 */
export function demandComplete(given: ConfigurationOptions): ConfigurationOptions {
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
 * How long a session lives, in milliseconds, by the flag or `ETNA_SESSION_LIFETIME`, both in seconds.
 *
 * @throws {AuthError} `invalid-input`.
 */
export function lifetimeFrom(flag: number | undefined, environment = process.env): number | undefined {
  const text = environment.ETNA_SESSION_LIFETIME;
  if (flag === undefined && !text) return undefined;
  const seconds = flag ?? Number(text);
  if (seconds > 0) return Math.ceil(seconds * 1000);
  throw new AuthError('invalid-input', { detail: 'ETNA_SESSION_LIFETIME must be a positive number of seconds.' });
}

/**
 * Which header answers which further step, by the flags or else `ETNA_CHALLENGE_HEADERS`, which is `step=header,step=header`.
 *
 * @throws {AuthError} `invalid-input`.
 */
export function challengeHeadersFrom(
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
