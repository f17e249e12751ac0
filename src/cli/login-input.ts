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
  const detail = `Without a terminal, set ${missing.map((name) => variables[name]).join(', ')} or pass the flags.`;
  throw new AuthError('invalid-input', { detail });
}

function missingFrom(known: ConfigurationOptions): (keyof Configuration)[] {
  return (['baseUrl', 'appKey', 'username', 'password'] as const).filter((name) => known[name] === undefined);
}
