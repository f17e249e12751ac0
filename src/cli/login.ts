import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type AuthFailure, createFailure, failures } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { explain } from '../messages.ts';
import { type Configuration, type ConfigurationOptions, findConfiguration, variables } from '../node/configuration.ts';
import { login } from '../node/login.ts';
import { AuthError } from '../protocol/auth-error.ts';
import { codeFromCommand } from './code-command.ts';
import type { Conversation } from './conversation.ts';

/** The flags of `etna-auth login`, as the argument parser gives them. */
export interface LoginFlags {
  readonly baseUrl?: string;
  readonly appKey?: string;
  readonly username?: string;
  readonly headerEncoding?: 'utf-8' | 'latin1';
  /** Seconds. */
  readonly timeout?: number;
  readonly codeCommand?: string;
  readonly passwordStdin?: true;
  readonly json?: true;
  readonly printToken?: true;
}

/** What a person is asked, in this order, where neither a flag nor the environment tells. */
const questions: Readonly<Record<keyof Configuration, string>> = {
  baseUrl: 'Base URL of the API',
  appKey: 'Application key',
  username: 'User name',
  password: 'Password',
};

/** Runs `etna-auth login`: talk through the conversation, data to stdout. Resolves with the exit code. */
export async function runLogin(
  flags: LoginFlags,
  { conversation, interactive }: { readonly conversation: Conversation; readonly interactive: boolean },
): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  try {
    const session = await signIn(flags, conversation, interactive, interruption.signal);
    conversation.close({
      message: `Signed in as ${session.username} until ${readable(session.expiresAt)}.`,
      succeeded: true,
    });
    if (flags.json) print(successReport(session));
    if (flags.printToken) process.stdout.write(`${reveal(session.token)}\n`);
    return 0;
  } catch (error) {
    const failure = failureOf(error, interruption.signal);
    conversation.close({ message: explain(failure), succeeded: false });
    if (flags.json) print(failureReport(failure));
    return failures[failure.code].exitCode;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
}

async function signIn(
  flags: LoginFlags,
  conversation: Conversation,
  interactive: boolean,
  signal: AbortSignal,
): Promise<Session> {
  const { baseUrl, appKey, username, headerEncoding, timeout } = flags;
  // Whoever types it is asked for it, so that it does not show.
  const piped = flags.passwordStdin && !process.stdin.isTTY;
  const password = piped ? (await text(addAbortSignal(signal, process.stdin))).replace(/\r?\n$/, '') : undefined;
  const known = findConfiguration({ baseUrl, appKey, username, password });
  return login({
    ...(interactive ? await complete(known, conversation, signal) : demandComplete(known)),
    headerEncoding,
    timeout: timeout === undefined ? undefined : Math.ceil(timeout * 1000),
    signal,
    getCode:
      flags.codeCommand === undefined
        ? (challenge) => conversation.answer(challenge, signal)
        : codeFromCommand(flags.codeCommand),
    onState: (state) => conversation.show(state),
  });
}

async function complete(
  known: ConfigurationOptions,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<ConfigurationOptions> {
  const completed: Record<string, ConfigurationOptions[keyof Configuration]> = {};
  for (const name of missingFrom(known)) {
    completed[name] = await conversation.ask(questions[name], { hidden: name === 'password', signal });
  }
  return { ...known, ...completed };
}

function demandComplete(known: ConfigurationOptions): ConfigurationOptions {
  const missing = missingFrom(known);
  if (missing.length === 0) return known;
  const detail = `Without a terminal, set ${missing.map((name) => variables[name]).join(', ')} or pass the flags.`;
  throw new AuthError(createFailure('invalid-input', { detail }));
}

function missingFrom(known: ConfigurationOptions): (keyof Configuration)[] {
  return (['baseUrl', 'appKey', 'username', 'password'] as const).filter((name) => known[name] === undefined);
}

// Whatever else was thrown may quote anything, so only its kind is told.
function failureOf(error: unknown, interruption: AbortSignal): AuthFailure {
  if (error instanceof AuthError) return error.failure;
  if (interruption.aborted) return createFailure('cancelled');
  return createFailure('unexpected', { detail: error instanceof Error ? error.name : typeof error });
}

function successReport({ username, expiresAt }: Session) {
  return { state: 'authenticated', username, expiresAt: new Date(expiresAt).toISOString() };
}

function failureReport(failure: AuthFailure) {
  return { state: 'failed', failure: { ...failure, message: explain(failure) } };
}

const readable = (time: number) => new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

const print = (report: object) => process.stdout.write(`${JSON.stringify(report)}\n`);
