import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AuthError } from '../../machines/failures.ts';
import { type Configuration, type ConfigurationOptions, findConfiguration, variables } from '../node/configuration.ts';
import type { Conversation } from './conversation.ts';

/** The prompts for values that are given neither by a flag nor by an environment variable, in this order. */
const questions: Readonly<Record<keyof Configuration, string>> = {
  baseUrl: 'Base URL of the API',
  appKey: 'Application key',
  username: 'User name',
  password: 'Password',
};

/** The password from stdin, without the line break at its end. */
export async function readPassword(signal: AbortSignal): Promise<string> {
  return (await text(addAbortSignal(signal, process.stdin))).replace(/\r?\n$/, '');
}

/** The complete input: the known values, and the user's input for the others. */
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
 * The complete input, without prompts.
 *
 * @throws {AuthError} `invalid-input`, with all missing values.
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
 * The lifetime of a session in milliseconds, from the flag or `ETNA_SESSION_LIFETIME`, which are in seconds.
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
 * The headers for custom steps, from the flags or else from `ETNA_CHALLENGE_HEADERS`, which has the form `step=header,step=header`.
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
