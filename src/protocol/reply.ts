import { createFailure, type FailureCode } from '../../machines/failures.ts';
import { type Secret, secret } from '../../machines/secret.ts';
import type { Expectation } from '../../machines/vocabulary.ts';
import { AuthError } from './auth-error.ts';
import { type Body, parseBody, wordsOf } from './body.ts';
import { challengeHeader, kindOf } from './steps.ts';

/** An HTTP answer, read to its end. */
export interface ReceivedReply {
  readonly status: number;
  /** The `Retry-After` header. */
  readonly retryAfter: string | null;
  readonly body: string;
}

/** What a reply is an answer to. */
export interface Question {
  /** The kind of challenge that the call answered; `null` for the first call. */
  readonly answered: Expectation['kind'] | null;
  readonly challengeHeaders?: Readonly<Record<string, string>> | undefined;
  /** Texts that the call sent and that the server's words must not repeat. */
  readonly sent: readonly string[];
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
export function decide(received: ReceivedReply, question: Question): Decision {
  const { status } = received;
  const body = parseBody(received.body);
  const said: Body | null = typeof body === 'string' ? null : body;
  const confidential = [...question.sent, said?.Token, said?.ConfirmationToken];
  const step = presentable(said?.Step, confidential);
  const reason = said === null ? null : presentable(wordsOf(said), confidential);
  const retryAfter = seconds(received.retryAfter);
  const failure = (code: FailureCode, detail: string | null = null) =>
    new AuthError(createFailure(code, { step, reason, detail, retryAfter }));
  const malformed = (what: string) => failure('malformed-reply', `HTTP ${status}: ${what}.`);
  const succeeds = status >= 200 && status < 300;

  switch (said?.State) {
    case 'Succeeded':
      if (!succeeds || !isToken(said.Token)) throw malformed('success without a token or with an error status');
      return { type: 'succeeded', token: secret(said.Token) };
    case 'Expecting':
      if (isPinUnset(reason)) throw failure('pin-not-set');
      if (!succeeds || !isToken(said.Token) || !said.Step) throw malformed('a challenge without a step or a token');
      if (challengeHeader(said.Step, question.challengeHeaders) === null) throw failure('unsupported-step');
      return { type: 'expecting', expectation: expectationOf(said, said.Step, said.Token, reason) };
    case 'Failed':
      throw failure(refusalOf(status, said, reason, question.answered));
  }
  if (status === 429 || isThrottled(reason)) throw failure('too-many-attempts');
  if (status >= 500) throw failure('server-error', `HTTP ${status}.`);
  if (said === null) throw malformed(`the body is ${body}`);
  if (said.State) throw malformed('an unknown state');
  if (status >= 400 && /application key/i.test(reason ?? '')) throw failure('unknown-app-key');
  if (status >= 400 && reason !== null) throw failure('refused', `HTTP ${status}.`);
  throw malformed('no state');
}

function refusalOf(status: number, said: Body, reason: string | null, answered: Question['answered']): FailureCode {
  const words = reason ?? '';
  if (status === 429 || isThrottled(reason)) return 'too-many-attempts';
  if (status >= 500) return 'server-error';
  if (/corrupted ticket/i.test(words)) return 'ticket-expired';
  if (isPinUnset(reason)) return 'pin-not-set';
  if (said.Step === 'BaseAuthentication' || /invalid credentials/i.test(words)) {
    // Only a password that must be changed comes with a token, one that is good for changing it.
    return said.Token || said.ConfirmationToken || /password.*expired/i.test(words)
      ? 'password-expired'
      : 'invalid-credentials';
  }
  const concernsAnswer = !said.Step || kindOf(said.Step) !== 'other' || answered === 'other';
  return answered !== null && concernsAnswer ? 'invalid-code' : 'refused';
}

function expectationOf(said: Body, step: string, token: string, reason: string | null): Expectation {
  return {
    step,
    kind: kindOf(step),
    reason,
    interimToken: secret(token),
    personalPhrase: said.PersonalPhrase ? secret(said.PersonalPhrase) : null,
    image: said.Image ? secret(said.Image) : null,
  };
}

const isThrottled = (reason: string | null) => /too many/i.test(reason ?? '');
const isPinUnset = (reason: string | null) => /\bpin\b.*\bnot\b.*\b(init|set)/i.test(reason ?? '');

// It goes into a header as it is, so that anything else would let the server write headers of ours.
const isToken = (token: string | null | undefined): token is string => /^[\x21-\x7e]+$/.test(token ?? '');

/** The server's words, fit for a terminal and a log: no control characters, no secret, not endless. */
function presentable(words: string | null | undefined, confidential: readonly (string | null | undefined)[]) {
  let text = words ?? '';
  for (const secretText of confidential) if (secretText) text = text.replaceAll(secretText, '•••');
  text = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
  return text === '' ? null : text;
}

/** `Retry-After` is a number of seconds or a date. */
function seconds(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
