import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { type Secret, secret } from '../../machines/secret.ts';
import type { Expectation } from '../../machines/vocabulary.ts';
import { parseBody, wordsIn } from './body.ts';
import { isToken } from './headers.ts';
import { challengeHeader, kindOf } from './steps.ts';

/** The request that a reply belongs to. */
export interface Question {
  /** The kind of challenge that the request responded to; `null` for the first request. */
  readonly answered: Expectation['kind'] | null;
  readonly challengeHeaders?: Readonly<Record<string, string>> | undefined;
  /** Texts in the request that must not appear in a message. */
  readonly sent: readonly (string | null)[];
}

/** A reply with which the login continues. */
export type Decision =
  | { readonly type: 'succeeded'; readonly token: Secret }
  /** `bearer` authorises further requests that the challenge needs. */
  | { readonly type: 'expecting'; readonly expectation: Expectation; readonly bearer: Secret };

/**
 * Decides what a reply means: first by its `State`, then by the HTTP status. `Reason` may be in any language, so it only refines the
 * result.
 *
 * @throws {AuthError} for a reply that ends the login, and for one that is contradictory.
 */
export function decide(
  { ok, status, headers }: Response,
  text: string,
  { answered, challengeHeaders, sent }: Question,
): Decision {
  const body = parseBody(text);
  const { Step, Token, ConfirmationToken, PersonalPhrase, Image } = body;
  const State = stateIn(body.State);
  const isWelcome = ok && isToken(Token);
  if (State === 'Succeeded' && isWelcome) return { type: 'succeeded', token: secret(Token) };
  const confidential = [...sent, Token, ConfirmationToken, PersonalPhrase];
  const words = wordsIn(body.whole);
  const reason = presentable(words, confidential);
  const failure = (code: FailureCode) =>
    new AuthError(code, {
      step: presentable(Step, confidential),
      reason,
      detail: `HTTP ${status}${hints[status] ?? ''}`,
      retryAfter: waitIn(status, headers),
    });

  // On the original words: a password such as "many" must not hide "Too many logins".
  const found = words && meaningOf(words);
  // A refused PIN implies that one is set.
  const meaning = found === 'pin-not-set' && answered === 'pin' ? null : found;
  const hasToken = Token || ConfirmationToken;
  /** A challenge for a new password or PIN, or a failure if there is no token for it. */
  const lacking = (kind: 'new-password' | 'new-pin'): Decision => {
    const token = kind === 'new-pin' ? ConfirmationToken || Token : Token || ConfirmationToken;
    const bearer = isToken(Token) ? Token : token;
    if (!isToken(token) || !isToken(bearer)) throw failure(kind === 'new-pin' ? 'pin-not-set' : 'password-expired');
    const expectation = {
      // With our own name for the step: an unknown one consists of the server's words.
      step: kind === 'new-pin' ? 'SecutityPin' : baseAuthentication,
      kind,
      reason,
      interimToken: secret(token),
      personalPhrase: null,
      image: null,
    };
    return { type: 'expecting', expectation, bearer: secret(bearer) };
  };
  if (State === 'Expecting') {
    // A step of another kind does not concern the PIN.
    const lacksPin = meaning === 'pin-not-set' && (!Step || kindOf(Step) === 'pin');
    if ((!Step && ConfirmationToken) || lacksPin) return lacking('new-pin');
    if (Step === baseAuthentication) return lacking('new-password');
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
    return { type: 'expecting', expectation, bearer: expectation.interimToken };
  }
  // ETNA's documentation has the name of the step in place of the state, and its schema has a token only with these statuses.
  const saysOtherwise = meaning && meaning !== 'password-expired';
  const isFirstStep = (ok || State === baseAuthentication) && (Step ?? State) === baseAuthentication;
  if (isFirstStep && hasToken && !saysOtherwise) return lacking('new-password');
  if (status === 429) throw failure('too-many-attempts');
  if (status === 403 && !text.trim()) throw failure('unknown-app-key');
  if (status === 511) throw failure('malformed-reply');
  if (status >= 500) throw failure('server-error');
  const isRefusal = State === 'Failed' || (!State && words !== null && [400, 401, 403].includes(status));
  if (!isRefusal) throw failure('malformed-reply');
  // ETNA also throttles with a 401, and only throttling says when to try again.
  if (waitIn(status, headers) !== null) throw failure('too-many-attempts');
  if (meaning === 'pin-not-set') return lacking('new-pin');
  // Only a password that must be changed comes with a token: a token for changing the password.
  if (meaning === 'password-expired' || (!meaning && Step === baseAuthentication && hasToken)) {
    return lacking('new-password');
  }
  if (meaning) throw failure(meaning);
  if (Step === baseAuthentication) throw failure('invalid-credentials');
  const concernsAnswer = answered === 'other' || !Step || kindOf(Step) !== 'other';
  throw failure(State && answered && concernsAnswer ? 'invalid-code' : 'refused');
}

const baseAuthentication = 'BaseAuthentication';

const states = ['Succeeded', 'Expecting', 'Failed', baseAuthentication] as const;

/** The state in a reply, case-insensitive; unknown states are returned unchanged. */
const stateIn = (state: string | null): string | null =>
  states.find((known) => known.toLowerCase() === state?.toLowerCase()) ?? state;

/** What the status alone decides. */
const hints: Readonly<Record<number, string>> = {
  511: ': the network asks for a login of its own, as Wi-Fi login pages do',
};

const meanings: readonly (readonly [RegExp, FailureCode])[] = [
  [/too many/i, 'too-many-attempts'],
  [/corrupted ticket/i, 'ticket-expired'],
  [/\bpin\b.*\bnot\b.*\b(init|set)/i, 'pin-not-set'],
  [/password.*expired/i, 'password-expired'],
  [/\b(locked|blocked|disabled|suspended|deactivated)\b/i, 'refused'],
  [/invalid credentials/i, 'invalid-credentials'],
  [/application key/i, 'unknown-app-key'],
];

const meaningOf = (reason: string) => meanings.find(([words]) => words.test(reason))?.[1];

/** The server's words, safe for terminals and logs: without control characters and secrets, and truncated. */
export function presentable(
  words: string | null | undefined,
  confidential: readonly (string | null | undefined)[],
): string | null {
  if (!words) return null;
  let text = words;
  // The longest first, since one secret may be the prefix of another.
  const secrets = confidential
    .filter((secretText): secretText is string => !!secretText && words.includes(secretText))
    .sort((one, other) => other.length - one.length);
  // A short secret could be guessed from the gap, so then the whole text is removed.
  if (secrets.some((secretText) => secretText.length < 4)) return null;
  for (const secretText of secrets) text = text.replaceAll(secretText, '•••');
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
      .trim()
      // Whole characters, which `slice` may cut in two. Phones have no `toWellFormed`.
      .replace(/^(.{300}).*/u, '$1') || null
  );
}

const aDay = 24 * 60 * 60;

/**
 * How long the server asks to wait, in seconds, at most a day. Dates are relative to the server's own `Date`, since the client's clock may
 * be wrong.
 */
function waitIn(status: number, headers: Headers): number | null {
  // The reply of a `fetch` of one's own may have none, or of another kind.
  const header = (name: string) => headers?.get?.(name) ?? '';
  const sentAt = Date.parse(header('Date')) || Date.now();
  const retryAfter = header('Retry-After');
  const reset = status === 429 ? Number(header('X-RateLimit-Reset')) * 1000 : Number.NaN;
  const seconds = Number(retryAfter) || ((Date.parse(retryAfter) || reset) - sentAt) / 1000;
  return seconds > 0 ? Math.min(Math.ceil(seconds), aDay) : null;
}
