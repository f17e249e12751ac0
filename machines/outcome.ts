import { AuthError, type AuthFailure, type FailureCode } from './failures.ts';
import { Secret, unwrapped } from './secret.ts';
import type { AuthContext, Challenge, Credentials, PinChoice, TokenReply } from './vocabulary.ts';

const defaultMaxAttempts = 3;

/** An event of the machine. Events of services carry the service's output or error. */
export interface Outcome {
  readonly type: string;
  readonly output?: TokenReply | null;
  readonly error?: unknown;
}

/** The output of a service, if it resolved. */
export const outputOf = (event: Outcome): TokenReply | null => event.output ?? null;

/** The credentials of a login: of the user's, or of one that starts over. */
export function credentialsIn(event: Outcome & { readonly credentials?: Credentials }): Credentials {
  if (event.output?.type === 'restarting') return event.output.credentials;
  // Callers in plain JavaScript may omit any of them.
  const { username, password } = event.credentials ?? {};
  // Phone keyboards append a space when they complete a word.
  return { username: typeof username === 'string' ? username.trim() : '', password: wrapped(password) };
}

/** A text as a secret. A plain string, which callers in JavaScript may pass, must not be stored. */
export const wrapped = (text: unknown): Secret => (text instanceof Secret ? text : unwrapped);

/** The choices that go with a new PIN, if an event has them. */
export const choiceIn = (choice: PinChoice | undefined): PinChoice | undefined =>
  choice && { ...choice, personalPhrase: choice.personalPhrase && wrapped(choice.personalPhrase) };

/** The challenge after a service has ended: a new one, or the present one if it can still be answered; otherwise `null`. */
export function challengeAfter({ challenge: former }: AuthContext, { output, error }: Outcome): Challenge | null {
  if (output?.type === 'expecting') {
    const { kind, step } = output.expectation;
    const maxAttempts = output.expectation.maxAttempts ?? defaultMaxAttempts;
    const isRepeated = former?.kind === kind && (former.step === step || kind !== 'other');
    const attempt = isRepeated ? former.attempt + 1 : 1;
    // A new challenge can always be answered.
    if (isRepeated && attempt > maxAttempts) return null;
    return { ...output.expectation, maxAttempts, attempt, problem: isRepeated ? 'invalid-code' : null };
  }
  if (!former || !(error instanceof AuthError)) return null;
  // These do not reject the code, which the server may not even have received.
  const { code } = error;
  return code === 'invalid-input' || code === 'network' || code === 'timeout' ? { ...former, problem: code } : null;
}

/** Whether a challenge asks for what the account lacks: its answer takes effect there. */
export const isSetUp = (kind: string): kind is 'new-password' | 'new-pin' =>
  kind === 'new-password' || kind === 'new-pin';

/** The failure of a login after too many rejected codes. */
export const refusals: Readonly<Record<Challenge['kind'], FailureCode>> = {
  code: 'invalid-code',
  pin: 'invalid-code',
  other: 'invalid-code',
  'new-password': 'password-expired',
  'new-pin': 'pin-not-set',
};

/** The failure of a login whose service failed, or of a session that has expired or was rejected. */
export function failureAfter({ type, output, error }: Outcome): AuthFailure {
  if (type === 'session.rejected') return new AuthError('session-rejected').failure;
  if (type === 'session.check' || type.startsWith('xstate.after')) return new AuthError('session-expired').failure;
  if (type === 'cancel') {
    return new AuthError('cancelled', { detail: 'the new password or PIN may already be in effect' }).failure;
  }
  if (error instanceof AuthError) return error.failure;
  if (output?.type === 'expecting') {
    const { kind, step, reason } = output.expectation;
    return new AuthError(refusals[kind], { step, reason }).failure;
  }
  // The message of an unexpected error may quote its input, so only its kind is kept.
  return new AuthError('unexpected', { detail: error instanceof Error ? error.name : null }).failure;
}
