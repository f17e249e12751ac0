import { AuthError, type FailureCode, type FailureDetails } from '../../machines/failures.ts';
import { isAlive, reveal, Secret, secret } from '../../machines/secret.ts';
import type { Challenge, Session } from '../../machines/vocabulary.ts';
import { type Auth, type CreateAuthOptions, createAuth } from '../auth.ts';
import type { AuthOptions } from '../auth-machine.ts';
import type { AuthState } from '../auth-state.ts';
import { explain } from '../messages.ts';
import { unlessAborted } from '../session/unless-aborted.ts';
import { type ConfigurationOptions, readConfiguration } from './configuration.ts';

/** How often a provider may ask for another code, or give one that cannot be sent, before the login fails. */
const mostFruitless = 5;

/** What a code provider returns to have another code sent instead of answering. */
export const resend: unique symbol = Symbol('resend');

/**
 * Finds the answer to a challenge: asks a person, reads a mailbox, computes it. `challenge.kind` tells a code from a PIN, and
 * `challenge.problem` that the answer before was refused, or that no reply to it arrived: what is returned then is sent. Throw to
 * give up. Stop when the signal says so.
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
  /** Watches the machine: what `etna-auth/inspect` makes, or an inspector of XState's. */
  readonly inspect?: CreateAuthOptions['inspect'];
}

/**
 * Signs in, from the first call to the session. It makes one request for the password and one for each answer, and repeats
 * none.
 *
 * @throws {AuthError} with the failure that ended the login: `cancelled` after an abort, `invalid-input` where an option is
 * missing or `getCode` finds no code. What `getCode` and `onState` throw is thrown on.
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
  const listener = Promise.withResolvers<never>();
  const unsubscribe = auth.subscribe((state) => {
    try {
      onState?.(state);
    } catch (error) {
      listener.reject(error);
    }
  });
  const cancel = () => auth.actor.send({ type: 'cancel' });
  signal.addEventListener('abort', cancel);
  try {
    if (signal.aborted) throw failed('cancelled');
    // The machine wipes its password when the login is through; the caller's is the caller's.
    const ownPassword = typeof password !== 'string' && isAlive(password) ? secret(reveal(password)) : password;
    return await Promise.race([signIn(auth, { username, password: ownPassword }, getCode, signal), listener.promise]);
  } finally {
    signal.removeEventListener('abort', cancel);
    unsubscribe();
    auth.actor.stop();
  }
}

async function signIn(
  auth: Auth,
  credentials: Parameters<Auth['login']>[0],
  getCode: CodeProvider | undefined,
  signal: AbortSignal,
): Promise<Session> {
  let step = await auth.login(credentials);
  // A provider that gives nothing of use would go round for ever.
  for (let fruitless = 0; step.state === 'awaitingCode'; ) {
    const { challenge } = step;
    if (fruitless >= mostFruitless) {
      throw failed('invalid-input', { step: challenge.step, detail: 'getCode finds no code' });
    }
    const answer = await provideCode(getCode, challenge, signal);
    step = await (answer === resend ? auth.resendCode() : auth.submitCode(answer));
    if (answer === resend || (step.state === 'awaitingCode' && isFruitless(step.challenge))) fruitless += 1;
  }
  if (step.state === 'authenticated') return step.session;
  throw step.state === 'failed' ? failed(step.failure.code, step.failure) : failed('cancelled');
}

/** The server has judged no code. */
const isFruitless = ({ problem }: Challenge) => problem !== null && problem !== 'invalid-code';

async function provideCode(
  getCode: CodeProvider | undefined,
  challenge: Challenge,
  signal: AbortSignal,
): Promise<CodeAnswer> {
  if (signal.aborted) throw failed('cancelled');
  if (getCode === undefined) {
    const detail = `The server asks for ${challenge.step}, and there is no getCode to answer.`;
    throw failed('invalid-input', { step: challenge.step, detail });
  }
  const answered = (async () => getCode(challenge, { signal }))();
  try {
    return demandAnswer(await unlessAborted(answered, signal), challenge);
  } catch (error) {
    throw signal.aborted ? failed('cancelled') : error;
  }
}

/** JavaScript's callers may have returned anything. */
function demandAnswer(answer: unknown, { step }: Challenge): CodeAnswer {
  if (typeof answer === 'string' || answer instanceof Secret || answer === resend) return answer;
  throw failed('invalid-input', {
    step,
    detail: `getCode returned ${typeof answer}: a string, a Secret or resend is needed`,
  });
}

/** An error that a program may show as it is. */
function failed(code: FailureCode, details?: FailureDetails): AuthError {
  const { failure } = new AuthError(code, details);
  return new AuthError(code, failure, explain(failure));
}
