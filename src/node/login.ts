import { type AuthFailure, createFailure } from '../../machines/failures.ts';
import type { Secret } from '../../machines/secret.ts';
import type { Challenge, Session } from '../../machines/vocabulary.ts';
import { createAuth } from '../auth.ts';
import type { AuthOptions } from '../auth-machine.ts';
import type { AuthState } from '../auth-state.ts';
import { explain } from '../messages.ts';
import { AuthError } from '../protocol/auth-error.ts';
import { type ConfigurationOptions, readConfiguration } from './configuration.ts';

/** What a code provider returns to have another code sent instead of answering. */
export const resend: unique symbol = Symbol('resend');

/**
 * Finds the answer to a challenge: asks a person, reads a mailbox, computes it. `challenge.kind` tells a code from a PIN, and
 * `challenge.problem` that the answer before was refused. Stop when the signal says so.
 */
export type CodeProvider = (
  challenge: Challenge,
  context: { readonly signal: AbortSignal },
) => Promise<CodeAnswer> | CodeAnswer;

/** An answer to a challenge, or the wish for another code. */
export type CodeAnswer = string | Secret | typeof resend;

/** How to log in. What is left out comes from `ETNA_BASE_URL`, `ETNA_APP_KEY`, `ETNA_USERNAME` and `ETNA_PASSWORD`. */
export interface LoginOptions extends Omit<AuthOptions, 'baseUrl' | 'appKey'>, ConfigurationOptions {
  /** Asked for each challenge, until one is answered rightly. Needed where the account has a second factor. */
  readonly getCode?: CodeProvider | undefined;
  /** Cancels the login, wherever it stands. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each state that the login passes through. */
  readonly onState?: ((state: AuthState) => void) | undefined;
}

/**
 * Signs in, from the first call to the session. It makes one request for the password and one for each answer, and repeats
 * none.
 *
 * @throws {AuthError} with the failure that ended the login: `cancelled` after an abort, `invalid-input` where an option is
 * missing. What `getCode` throws is thrown on.
 *
 * @example
 * ```ts
 * import { bearer, login } from 'etna-auth/node';
 * import { createInterface } from 'node:readline/promises';
 *
 * const terminal = createInterface({ input: process.stdin, output: process.stderr });
 * const session = await login({
 *   baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api',
 *   appKey: 'key',
 *   username: 'trader',
 *   password: '…',
 *   getCode: (challenge, { signal }) => terminal.question(`${challenge.reason ?? challenge.step}: `, { signal }),
 * });
 * const headers = { Authorization: bearer(session), 'Et-App-Key': 'key' };
 * ```
 */
export async function login(options: LoginOptions = {}): Promise<Session> {
  const { signal = new AbortController().signal, onState, getCode, ...rest } = options;
  const { username, password, ...address } = readConfiguration(options);
  const auth = createAuth({ ...rest, ...address });
  const unsubscribe = auth.subscribe((state) => onState?.(state));
  const cancel = () => auth.actor.send({ type: 'cancel' });
  signal.addEventListener('abort', cancel);
  try {
    if (signal.aborted) throw failed(createFailure('cancelled'));
    let step = await auth.login({ username, password });
    let unsent = 0;
    while (step.state === 'awaitingCode') {
      // A provider that always gives the same unsendable answer would go round for ever.
      if (step.challenge.problem === 'invalid-input' && ++unsent >= (options.maxAttempts ?? 3)) {
        throw failed(createFailure('invalid-input', { step: step.challenge.step, detail: 'The code cannot be sent.' }));
      }
      const answer = await provideCode(getCode, step.challenge, signal);
      step = await (answer === resend ? auth.resendCode() : auth.submitCode(answer));
    }
    if (step.state === 'authenticated') return step.session;
    throw failed(step.state === 'failed' ? step.failure : createFailure('cancelled'));
  } finally {
    signal.removeEventListener('abort', cancel);
    unsubscribe();
    auth.actor.stop();
  }
}

async function provideCode(
  getCode: CodeProvider | undefined,
  challenge: Challenge,
  signal: AbortSignal,
): Promise<CodeAnswer> {
  if (signal.aborted) throw failed(createFailure('cancelled'));
  if (getCode === undefined) {
    const detail = `The server asks for ${challenge.step}, and there is no getCode to answer.`;
    throw failed(createFailure('invalid-input', { step: challenge.step, detail }));
  }
  let stopWaiting = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stopWaiting = () => reject(failed(createFailure('cancelled')));
    signal.addEventListener('abort', stopWaiting);
  });
  try {
    return await Promise.race<CodeAnswer>([getCode(challenge, { signal }), aborted]);
  } finally {
    signal.removeEventListener('abort', stopWaiting);
  }
}

const failed = (failure: AuthFailure) => new AuthError(failure, explain(failure));
