import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { type Secret, secret } from '../../machines/secret.ts';
import type { Expectation } from '../../machines/vocabulary.ts';
import { parseBody, wordsIn } from './body.ts';
import { challengeHeader, kindOf } from './steps.ts';

/** What a reply is an answer to. */
export interface Question {
  /** The kind of challenge that the call answered; `null` for the first call. */
  readonly answered: Expectation['kind'] | null;
  readonly challengeHeaders?: Readonly<Record<string, string>> | undefined;
  /** Texts that the call sent and that the server's words must not repeat. */
  readonly sent: readonly (string | null)[];
}

/** A reply that the login goes on from. */
export type Decision =
  | { readonly type: 'succeeded'; readonly token: Secret }
  | { readonly type: 'expecting'; readonly expectation: Expectation };

/**
 * Decides what a reply means: by its `State` first, then by the HTTP status. `Reason` may be in any language, so it only
 * refines what those two say.
 *
 * @throws {AuthError} for a reply that ends the login, and for one that makes no sense.
 */
export function decide(
  { ok, status, headers }: Response,
  text: string,
  { answered, challengeHeaders, sent }: Question,
): Decision {
  const body = parseBody(text);
  const { State, Step, Token, ConfirmationToken, PersonalPhrase, Image } = body;
  const confidential = [...sent, Token, ConfirmationToken, PersonalPhrase];
  const step = presentable(Step, confidential);
  const words = wordsIn(body);
  const reason = presentable(words, confidential);
  const retryAfter = secondsUntil(headers.get('Retry-After'));
  const failure = (code: FailureCode) => new AuthError(code, { step, reason, detail: `HTTP ${status}`, retryAfter });

  // Of the words as they came: a password such as "many" must not hide "Too many logins".
  const meaning = words && meaningOf(words);
  const isWelcome = ok && isToken(Token);
  if (State === 'Succeeded' && isWelcome) return { type: 'succeeded', token: secret(Token) };
  if (State === 'Expecting') {
    if (!Step && (ConfirmationToken || meaning === 'pin-not-set')) throw failure('pin-not-set');
    if (!isWelcome || !Step) throw failure('malformed-reply');
    if (!challengeHeader(Step, challengeHeaders)) throw failure('unsupported-step');
    const expectation = {
      step: Step,
      kind: kindOf(Step),
      reason,
      interimToken: secret(Token),
      personalPhrase: PersonalPhrase ? secret(PersonalPhrase) : null,
      image: Image ? secret(Image) : null,
    };
    return { type: 'expecting', expectation };
  }
  if (status === 429) throw failure('too-many-attempts');
  if (status >= 500) throw failure('server-error');
  const isRefusal = State === 'Failed' || (!State && reason !== null && [400, 401, 403].includes(status));
  if (!isRefusal) throw failure('malformed-reply');
  // ETNA throttles with a 401, too, and only throttling says when to come back.
  if (retryAfter !== null) throw failure('too-many-attempts');
  // Whoever was just refused a PIN has one.
  if (meaning && !(meaning === 'pin-not-set' && answered === 'pin')) throw failure(meaning);
  // Only a password that must be changed comes with a token, one that is good for changing it.
  if (Step === 'BaseAuthentication')
    throw failure(Token || ConfirmationToken ? 'password-expired' : 'invalid-credentials');
  const concernsAnswer = answered === 'other' || !Step || kindOf(Step) !== 'other';
  throw failure(State && answered && concernsAnswer ? 'invalid-code' : 'refused');
}

const meanings: readonly (readonly [RegExp, FailureCode])[] = [
  [/too many/i, 'too-many-attempts'],
  [/corrupted ticket/i, 'ticket-expired'],
  [/\bpin\b.*\bnot\b.*\b(init|set)/i, 'pin-not-set'],
  [/password.*expired/i, 'password-expired'],
  [/invalid credentials/i, 'invalid-credentials'],
  [/application key/i, 'unknown-app-key'],
];

const meaningOf = (reason: string) => meanings.find(([words]) => words.test(reason))?.[1];

/** Whether it can be sent as a bearer token. Anything else would let the server write headers of ours. */
export const isToken = (token: unknown): token is string => typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);

/** The server's words, fit for a terminal and a log: no control characters, no secret, not endless. */
function presentable(words: string | null | undefined, confidential: readonly (string | null | undefined)[]) {
  let text = words ?? '';
  // The longest first: one secret may be the beginning of another.
  const secrets = confidential
    .filter((secretText): secretText is string => !!secretText)
    .sort((one, other) => other.length - one.length);
  for (const secretText of secrets) text = text.replaceAll(secretText, '•••');
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 300)
      .toWellFormed() || null
  );
}

/** `Retry-After` is a number of seconds or a date. */
function secondsUntil(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter) || (Date.parse(String(retryAfter)) - Date.now()) / 1000;
  return seconds > 0 && seconds < 1e9 ? Math.ceil(seconds) : null;
}
