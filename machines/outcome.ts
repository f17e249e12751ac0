import { AuthError, type AuthFailure, type FailureCode } from './failures.ts';
import { Secret, unwrapped } from './secret.ts';
import type { AuthContext, AuthEmitted, Challenge, Credentials, PinChoice, TokenReply } from './vocabulary.ts';

const defaultMaxAttempts = 3;

/** An event of a service, with what the service came to, or one of somebody else. */
interface Outcome {
  readonly type: string;
  readonly output?: TokenReply | null;
  readonly error?: unknown;
}

/** What a service resolved with, if it did. */
export const outputOf = (event: Outcome): TokenReply | null => event.output ?? null;

/** The credentials that an event brings; `null` where it brings none. */
export function credentialsIn(event: Outcome & { readonly credentials?: Credentials }): Credentials | null {
  if (event.output?.type === 'restarting') return event.output.credentials;
  if (event.type !== 'login') return null;
  // Plain JavaScript may leave out any of them.
  const { username, password } = event.credentials ?? {};
  // Phone keyboards add a blank to what they complete.
  return { username: typeof username === 'string' ? username.trim() : '', password: wrapped(password) };
}

/** A text as a secret. Plain JavaScript may hand over a plain one, which must not be kept. */
export const wrapped = (text: unknown): Secret => (text instanceof Secret ? text : unwrapped);

/** What belongs to a new PIN, where an event brings it. */
export const choiceIn = (choice: PinChoice | undefined): PinChoice | undefined =>
  choice && { ...choice, personalPhrase: choice.personalPhrase && wrapped(choice.personalPhrase) };

/** The challenge that a service's outcome sets, or leaves open; `null` where there is none to be answered. */
export function challengeAfter({ challenge: former }: AuthContext, { output, error }: Outcome): Challenge | null {
  if (output?.type === 'expecting') {
    const { kind, step, maxAttempts = defaultMaxAttempts } = output.expectation;
    const isRepeated = former?.kind === kind && (former.step === step || kind !== 'other');
    const attempt = isRepeated ? former.attempt + 1 : 1;
    // A new challenge may be answered in any case.
    if (isRepeated && attempt > maxAttempts) return null;
    return { ...output.expectation, maxAttempts, attempt, problem: isRepeated ? 'invalid-code' : null };
  }
  if (!former || !(error instanceof AuthError)) return null;
  // These say nothing of the answer, which the server may not even have seen.
  const { code } = error;
  return code === 'invalid-input' || code === 'network' || code === 'timeout' ? { ...former, problem: code } : null;
}

/** Whether a challenge asks for what the account lacks: its answer takes effect there. */
export const isSetUp = (kind: Challenge['kind']): kind is 'new-password' | 'new-pin' =>
  kind === 'new-password' || kind === 'new-pin';

/** What a login fails with whose answers were refused once too often. */
export const refusals: Readonly<Record<Challenge['kind'], FailureCode>> = {
  code: 'invalid-code',
  pin: 'invalid-code',
  other: 'invalid-code',
  'new-password': 'password-expired',
  'new-pin': 'pin-not-set',
};

/** Why a login ended by a service's outcome, or a session by what its host or time did to it. */
export function failureAfter({ type, output, error }: Outcome): AuthFailure {
  if (type === 'session.rejected') return new AuthError('session-rejected').failure;
  if (type === 'session.check' || type.startsWith('xstate.after')) return new AuthError('session-expired').failure;
  if (type === 'cancel') {
    return new AuthError('cancelled', { detail: 'the new password or PIN may already be in force' }).failure;
  }
  if (error instanceof AuthError) return error.failure;
  if (output?.type === 'expecting') {
    const { kind, step, reason } = output.expectation;
    return new AuthError(refusals[kind], { step, reason }).failure;
  }
  // The message of an unexpected error may quote its input, so only its kind is kept.
  return new AuthError('unexpected', { detail: error instanceof Error ? error.name : null }).failure;
}

/** Why a session closed. */
export function closingReason({ type }: Outcome): Extract<AuthEmitted, { type: 'session.closed' }>['reason'] {
  if (type === 'logout') return 'logout';
  if (type === 'session.ended') return 'elsewhere';
  return type === 'session.rejected' ? 'rejected' : 'expired';
}
