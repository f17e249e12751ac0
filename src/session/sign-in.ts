import { AuthError, type FailureCode, type FailureDetails } from '../../machines/failures.ts';
import { isSetUp, refusals } from '../../machines/outcome.ts';
import { isAlive, reveal, Secret, secret } from '../../machines/secret.ts';
import type { Challenge, Session } from '../../machines/vocabulary.ts';
import type { Auth } from '../auth.ts';
import type { SettledState } from '../auth-state.ts';
import { explain } from '../messages.ts';
import { unlessAborted } from '../protocol/unless-aborted.ts';

/** How often a provider may request another code, or return one that cannot be sent or is rejected, before the login fails. */
const mostFruitless = 5;
/** The maximum number of responses in one login: otherwise a server could demand new passwords forever. */
const mostAnswers = 20;

/** Returned by a code provider to have another code sent. */
export const resend: unique symbol = Symbol('resend');

/**
 * Provides the code for a challenge: asks a person, reads a mailbox, computes it. `challenge.kind` distinguishes codes from PINs, and
 * `challenge.problem` says that the previous code was rejected, or that no reply arrived. Throw to end the login. Stop when the signal
 * aborts.
 */
export type CodeProvider = (
  challenge: Challenge,
  context: { readonly signal: AbortSignal },
) => Promise<CodeAnswer> | CodeAnswer;

/** A code or another response to a challenge, or {@link resend}. */
export type CodeAnswer = string | Secret | typeof resend;

/**
 * Chooses a new password after the old one has expired. `challenge.problem` is `invalid-code` if the server rejected the previous
 * choice, and `challenge.reason` says why. Store it: it is the account's password from then on. If no reply arrives, the login fails
 * with `network` or `timeout`, and the new password may already be in effect. Throw to end the login.
 */
export type NewPasswordProvider = (
  challenge: Challenge,
  context: { readonly signal: AbortSignal },
) => Promise<string | Secret> | string | Secret;

/** Chooses a PIN for an account that needs one, with one of `challenge.images` and a phrase. Throw to end the login. */
export type NewPinProvider = (
  challenge: Challenge,
  context: { readonly signal: AbortSignal },
) => Promise<NewPin> | NewPin;

/** A PIN, with the phrase and the image by which the user recognises the server. */
export interface NewPin {
  readonly pin: string | Secret;
  readonly imageName?: string | undefined;
  readonly personalPhrase?: string | Secret | undefined;
}

/** Functions that respond to challenges for the user. */
export interface Providers {
  /** Called once per challenge, and again if the code is rejected. Required if the account has a second factor. */
  readonly getCode?: CodeProvider | undefined;
  /** Called if the password has expired. Without it the login fails with `password-expired`. */
  readonly getNewPassword?: NewPasswordProvider | undefined;
  /** Called if the account needs a PIN that was never set. Without it the login fails with `pin-not-set`. */
  readonly getNewPin?: NewPinProvider | undefined;
}

/**
 * Signs in, and calls the provider for each kind of challenge. It makes one request for the password and one for each code, and repeats
 * none.
 *
 * @throws {AuthError} with the failure of the login and a message; errors of a provider are rethrown.
 */
export async function signIn(
  auth: Auth,
  { username, password }: Parameters<Auth['login']>[0],
  providers: Providers,
  signal: AbortSignal,
): Promise<Session> {
  if (signal.aborted) throw failed('cancelled');
  for (const [name, provide] of Object.entries(providers)) {
    if (provide && typeof provide !== 'function') throw failed('invalid-input', { detail: `${name}: not a function` });
  }
  let step = await auth.login({ username, password: ownSecret(password) });
  // Otherwise a provider without a usable code would loop forever.
  let fruitless = 0;
  const chosen = new Set<Challenge['kind']>();
  for (let answered = 0; step.state === 'awaitingCode'; answered += 1) {
    const { challenge } = step;
    if (fruitless >= mostFruitless) throw fruitlessFailure(challenge);
    if (answered >= mostAnswers) throw failed('malformed-reply', { detail: 'the server goes on asking' });
    if (isSetUp(challenge.kind)) {
      demandUndecided(challenge, chosen);
      step = await setUp(auth, providers, challenge, signal);
    } else {
      const answer = await provideCode(providers.getCode, challenge, signal);
      step = await (answer === resend ? auth.resendCode() : auth.submitCode(answer));
      if (answer === resend) {
        fruitless += 1;
        continue;
      }
    }
    if (step.state === 'awaitingCode' && isFruitless(step.challenge)) fruitless += 1;
  }
  if (step.state === 'authenticated') return step.session;
  throw step.state === 'failed' ? failed(step.failure.code, step.failure) : failed('cancelled');
}

/** An attempt that the server does not count, so it would never end the login. */
const isFruitless = ({ kind, problem }: Challenge) => problem !== null && (problem !== 'invalid-code' || isSetUp(kind));

/** A new password or PIN that the server accepted, or may have accepted, is not requested again. */
function demandUndecided({ kind, problem, step }: Challenge, chosen: Set<Challenge['kind']>): void {
  if (problem === 'network' || problem === 'timeout') {
    throw failed(problem, { step, detail: 'no reply arrived; what was chosen may be in effect already' });
  }
  if (problem === null && chosen.has(kind)) {
    throw failed('malformed-reply', { step, detail: 'the server took what was chosen, and asks again' });
  }
  chosen.add(kind);
}

function fruitlessFailure({ kind, step, reason }: Challenge): AuthError {
  if (isSetUp(kind)) return failed(refusals[kind], { step, reason });
  return failed('invalid-input', { step, detail: 'getCode finds no code' });
}

async function provideCode(
  getCode: CodeProvider | undefined,
  challenge: Challenge,
  signal: AbortSignal,
): Promise<CodeAnswer> {
  if (signal.aborted) throw failed('cancelled');
  if (!getCode) {
    const detail = `The server asks for ${challenge.step}: pass getCode.`;
    throw failed('invalid-input', { step: challenge.step, detail });
  }
  const answer: unknown = await provided(() => getCode(challenge, { signal }), signal);
  return answer === resend ? resend : demandText('getCode', answer, challenge.step, 'a string, a Secret or resend');
}

/** Sets the new password or PIN. The provider of codes is not called: its code would become the password. */
async function setUp(
  auth: Auth,
  { getNewPassword, getNewPin }: Providers,
  challenge: Challenge,
  signal: AbortSignal,
): Promise<SettledState> {
  const { step, reason } = challenge;
  if (challenge.kind === 'new-password') {
    if (!getNewPassword) throw failed('password-expired', { step, reason, detail: 'there is no getNewPassword' });
    const password = await provided(() => getNewPassword(challenge, { signal }), signal);
    return auth.submitCode(ownSecret(demandText('getNewPassword', password, step)));
  }
  if (!getNewPin) throw failed('pin-not-set', { step, reason });
  const chosen: unknown = await provided(() => getNewPin(challenge, { signal }), signal);
  const { pin, imageName, personalPhrase } = Object(chosen);
  if (pin === undefined) {
    throw failed('invalid-input', { step, detail: 'getNewPin must return { pin, personalPhrase, imageName }' });
  }
  return auth.submitCode(demandText('getNewPin', pin, step), {
    ...(imageName !== undefined && { imageName: demandName(imageName, step) }),
    ...(personalPhrase !== undefined && { personalPhrase: demandText('getNewPin', personalPhrase, step) }),
  });
}

/** The result of a provider, unless the login is cancelled. */
async function provided<Value>(provide: () => Promise<Value> | Value, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) throw failed('cancelled');
  const answered = (async () => provide())();
  try {
    return await unlessAborted(answered, signal);
  } catch (error) {
    throw signal.aborted ? failed('cancelled') : error;
  }
}

/** A copy, since the machine wipes its password when the login has ended. */
const ownSecret = (text: string | Secret) => (typeof text !== 'string' && isAlive(text) ? secret(reveal(text)) : text);

/** Callers in plain JavaScript may return anything. */
function demandText(provider: string, answer: unknown, step: string, wanted = 'a string or a Secret'): string | Secret {
  if (typeof answer === 'string' || answer instanceof Secret) return answer;
  const detail = `${provider} returned ${typeof answer}: ${wanted} is needed`;
  throw failed('invalid-input', { step, detail });
}

/** The name of a picture is not secret. */
function demandName(name: unknown, step: string): string {
  if (typeof name === 'string') return name;
  throw failed('invalid-input', { step, detail: 'getNewPin: imageName must be the name of one of the images' });
}

/** An error with a message for the user. */
function failed(code: FailureCode, details?: FailureDetails): AuthError {
  const { failure } = new AuthError(code, details);
  return new AuthError(code, failure, explain(failure));
}
