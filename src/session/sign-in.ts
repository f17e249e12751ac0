import { AuthError, type FailureCode, type FailureDetails } from '../../machines/failures.ts';
import { isSetUp, refusals } from '../../machines/outcome.ts';
import { isAlive, reveal, Secret, secret } from '../../machines/secret.ts';
import type { Challenge, Session } from '../../machines/vocabulary.ts';
import type { Auth } from '../auth.ts';
import type { SettledState } from '../auth-state.ts';
import { explain } from '../messages.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How often a provider may ask for another code, or give what cannot be sent or is refused, before the login fails. */
const mostFruitless = 5;
/** How many answers a login may take: a server that goes on asking would have new passwords for ever. */
const mostAnswers = 20;

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

/**
 * Chooses a password in place of one that has expired. `challenge.problem` is `invalid-code` where the server refused the one
 * before, and `challenge.reason` tells why. It needs to be kept: it is the account's password from then on. Where no reply arrives,
 * the login ends as `network` or `timeout`, and it may be in force already. Throw to give up.
 */
export type NewPasswordProvider = (
  challenge: Challenge,
  context: { readonly signal: AbortSignal },
) => Promise<string | Secret> | string | Secret;

/** Chooses a PIN for an account that needs one, with one of `challenge.images` and a phrase. Throw to give up. */
export type NewPinProvider = (
  challenge: Challenge,
  context: { readonly signal: AbortSignal },
) => Promise<NewPin> | NewPin;

/** A PIN, and by what the user recognises the server where it asks for the PIN. */
export interface NewPin {
  readonly pin: string | Secret;
  readonly imageName?: string | undefined;
  readonly personalPhrase?: string | Secret | undefined;
}

/** Who answers for the user. */
export interface Providers {
  /** Asked for each challenge, until one is answered rightly. Needed where the account has a second factor. */
  readonly getCode?: CodeProvider | undefined;
  /** Asked where the password has expired, in place of the failure `password-expired`. */
  readonly getNewPassword?: NewPasswordProvider | undefined;
  /** Asked where the account needs a PIN that was never set, in place of the failure `pin-not-set`. */
  readonly getNewPin?: NewPinProvider | undefined;
}

/**
 * Signs in, answering each challenge by the provider of its kind. It makes one request for the password and one for each answer,
 * and repeats none.
 *
 * @throws {AuthError} with the failure that ended the login, in words; what a provider throws is thrown on.
 */
export async function signIn(
  auth: Auth,
  { username, password }: Parameters<Auth['login']>[0],
  providers: Providers,
  signal: AbortSignal,
): Promise<Session> {
  if (signal.aborted) throw failed('cancelled');
  let step = await auth.login({ username, password: ownSecret(password) });
  // A provider that gives nothing of use would go round for ever.
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

/** The server has judged no code, and will go on to refuse what is chosen. */
const isFruitless = ({ kind, problem }: Challenge) => problem !== null && (problem !== 'invalid-code' || isSetUp(kind));

/** A new password or PIN that was taken is not asked for again, and neither is one that may have been. */
function demandUndecided({ kind, problem, step }: Challenge, chosen: Set<Challenge['kind']>): void {
  if (problem === 'network' || problem === 'timeout') {
    throw failed(problem, { step, detail: 'no reply arrived; what was chosen may be in force already' });
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
  if (getCode === undefined) {
    const detail = `The server asks for ${challenge.step}, and there is no getCode to answer.`;
    throw failed('invalid-input', { step: challenge.step, detail });
  }
  const answer: unknown = await provided(() => getCode(challenge, { signal }), signal);
  return answer === resend ? resend : demandText('getCode', answer, challenge.step, 'a string, a Secret or resend');
}

/** Gives the account the password or the PIN that it lacks. A provider of codes is not asked: its code would become the password. */
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

/** What a provider gives, unless the login is given up. */
async function provided<Value>(provide: () => Promise<Value> | Value, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) throw failed('cancelled');
  const answered = (async () => provide())();
  try {
    return await unlessAborted(answered, signal);
  } catch (error) {
    throw signal.aborted ? failed('cancelled') : error;
  }
}

/** The machine wipes its password when the login is through; the caller's is the caller's. */
const ownSecret = (text: string | Secret) => (typeof text !== 'string' && isAlive(text) ? secret(reveal(text)) : text);

/** JavaScript's callers may have returned anything. */
function demandText(provider: string, answer: unknown, step: string, wanted = 'a string or a Secret'): string | Secret {
  if (typeof answer === 'string' || answer instanceof Secret) return answer;
  const detail = `${provider} returned ${typeof answer}: ${wanted} is needed`;
  throw failed('invalid-input', { step, detail });
}

/** A picture's name is no secret. */
function demandName(name: unknown, step: string): string {
  if (typeof name === 'string') return name;
  throw failed('invalid-input', { step, detail: 'getNewPin: imageName must be the name of one of the images' });
}

/** An error that a program may show as it is. */
function failed(code: FailureCode, details?: FailureDetails): AuthError {
  const { failure } = new AuthError(code, details);
  return new AuthError(code, failure, explain(failure));
}
