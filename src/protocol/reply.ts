import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { type Secret, secret } from '../../machines/secret.ts';
import type { Expectation } from '../../machines/vocabulary.ts';
import { parseBody, wordsIn } from './body.ts';
import { isToken } from './headers.ts';
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
  /** `bearer` authorises what else the challenge needs of the server. */
  | { readonly type: 'expecting'; readonly expectation: Expectation; readonly bearer: Secret };

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
  const { Step, Token, ConfirmationToken, PersonalPhrase, Image } = body;
  const State = stateIn(body.State);
  const confidential = [...sent, Token, ConfirmationToken, PersonalPhrase];
  const step = presentable(Step, confidential);
  const words = wordsIn(body.whole);
  const reason = presentable(words, confidential);
  const retryAfter = waitIn(status, headers);
  const failure = (code: FailureCode) =>
    new AuthError(code, { step, reason, detail: `HTTP ${status}${hints[status] ?? ''}`, retryAfter });

  // Of the words as they came: a password such as "many" must not hide "Too many logins".
  const found = words && meaningOf(words);
  // A refused PIN implies that one is set.
  const meaning = found === 'pin-not-set' && answered === 'pin' ? null : found;
  const isWelcome = ok && isToken(Token);
  const hasToken = Token || ConfirmationToken;
  /** A challenge to give the account what it lacks, or a failure where there is no token for it. */
  const lacking = (kind: 'new-password' | 'new-pin'): Decision => {
    const token = kind === 'new-pin' ? ConfirmationToken || Token : Token || ConfirmationToken;
    const bearer = isToken(Token) ? Token : token;
    if (!isToken(token) || !isToken(bearer)) throw failure(kind === 'new-pin' ? 'pin-not-set' : 'password-expired');
    const expectation = {
      // By our own name: a step that nobody knows is the server's words.
      step: kind === 'new-pin' ? 'SecutityPin' : baseAuthentication,
      kind,
      reason,
      interimToken: secret(token),
      personalPhrase: null,
      image: null,
    };
    return { type: 'expecting', expectation, bearer: secret(bearer) };
  };
  if (State === 'Succeeded' && isWelcome) return { type: 'succeeded', token: secret(Token) };
  if (State === 'Expecting') {
    // A step of another kind is not about the PIN.
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
  // ETNA's page puts the word for the step in place of the state, and its schema has a token with these statuses alone.
  const saysOtherwise = meaning && meaning !== 'password-expired';
  const isFirstStep = (ok || State === baseAuthentication) && (Step ?? State) === baseAuthentication;
  if (isFirstStep && hasToken && !saysOtherwise) return lacking('new-password');
  if (status === 429) throw failure('too-many-attempts');
  if (status === 403 && !text.trim()) throw failure('unknown-app-key');
  if (status === 511) throw failure('malformed-reply');
  if (status >= 500) throw failure('server-error');
  const isRefusal = State === 'Failed' || (!State && words !== null && [400, 401, 403].includes(status));
  if (!isRefusal) throw failure('malformed-reply');
  // ETNA throttles with a 401, too, and only throttling says when to come back.
  if (retryAfter !== null) throw failure('too-many-attempts');
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

/** The state that a reply names, in whatever case; what is none of ETNA's stays as it is. */
const stateIn = (state: string | null): string | null =>
  states.find((known) => known.toLowerCase() === state?.toLowerCase()) ?? state;

/** What a status tells that the login's own words cannot. */
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

/** The server's words, fit for a terminal and a log: no control characters, no secret, not endless. */
export function presentable(
  words: string | null | undefined,
  confidential: readonly (string | null | undefined)[],
): string | null {
  let text = words ?? '';
  // The longest first: one secret may be the beginning of another.
  const secrets = confidential
    .filter((secretText): secretText is string => !!secretText)
    .sort((one, other) => other.length - one.length);
  // One of a few characters would show by what is missing, so that then all words go.
  if (secrets.some((secretText) => secretText.length < 4 && text.includes(secretText))) return null;
  for (const secretText of secrets) text = text.replaceAll(secretText, '•••');
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 300)
      .toWellFormed() || null
  );
}

const aDay = 24 * 60 * 60;

/**
 * Seconds that the server asks to wait. Its dates are reckoned from its own `Date`, since the client's clock may be wrong, and
 * nobody waits for more than a day.
 */
function waitIn(status: number, headers: Headers): number | null {
  const sentAt = Date.parse(headers.get('Date') ?? '') || Date.now();
  const retryAfter = headers.get('Retry-After');
  const reset = Number(headers.get('X-RateLimit-Reset'));
  const until = Date.parse(String(retryAfter)) || (status === 429 && !retryAfter ? reset * 1000 : Number.NaN);
  const seconds = Number(retryAfter) || (until - sentAt) / 1000;
  return seconds > 0 ? Math.min(Math.ceil(seconds), aDay) : null;
}
