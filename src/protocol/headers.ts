import { AuthError } from '../../machines/failures.ts';
import type { Secret } from '../../machines/secret.ts';
import { reveal } from '../../machines/secret.ts';
import type { Challenge, Credentials, Session } from '../../machines/vocabulary.ts';
import type { ProtocolOptions } from './options.ts';
import { challengeHeader } from './steps.ts';
import { typedCode } from './typed-code.ts';

/** An answer to a challenge. */
export interface Answer {
  readonly challenge: Challenge;
  readonly code: Secret;
}

/**
 * The headers of one call of the token endpoint, which takes everything in headers: user name and password at every step, and
 * the interim token with the code from the second step on.
 *
 * @throws {AuthError} `invalid-input` for a text that a header would change, cut or refuse.
 */
export function tokenHeaders(
  options: ProtocolOptions,
  { username, password }: Credentials,
  answer: Answer | null,
): Headers {
  const { headerEncoding } = options;
  const headers = commonHeaders(options);
  headers.set('Username', headerValue('username', username, headerEncoding));
  headers.set('Password', headerValue('password', reveal(password), headerEncoding));
  if (answer === null) return headers;
  const { challenge, code } = answer;
  const header = challengeHeader(challenge.step, options.challengeHeaders);
  headers.set('Authorization', `Bearer ${reveal(challenge.interimToken)}`);
  // A header that is taken would send the code as the password, say.
  if (!header || headers.has(header)) throw new AuthError('unsupported-step', { step: challenge.step });
  const text = challenge.kind === 'code' ? typedCode(reveal(code)) : reveal(code);
  headers.set(header, headerValue(challenge.kind, text, headerEncoding));
  return headers;
}

/**
 * The headers of every call.
 *
 * @throws {AuthError} `invalid-input` for an application key that a header would change, cut or refuse.
 */
export const commonHeaders = ({ appKey, headerEncoding }: ProtocolOptions): Headers =>
  new Headers({ Accept: 'application/json', 'Et-App-Key': headerValue('appKey', appKey, headerEncoding) });

/**
 * The value of the `Authorization` header for calls of the API.
 *
 * @throws {TypeError} when the session's token was wiped or went through serialisation.
 */
export function bearer(session: Session): string {
  return `Bearer ${reveal(session.token)}`;
}

/**
 * A text as it goes into a header.
 *
 * @throws {AuthError} `invalid-input` where a header would change, cut or refuse it.
 */
export function headerValue(name: string, text: string, encoding: ProtocolOptions['headerEncoding'] = 'utf-8'): string {
  const refuse = (problem: string) => new AuthError('invalid-input', { detail: `${name}: ${problem}` });
  if (!text) throw refuse('empty');
  // On the way they would be trimmed, and a password that ends in a blank be another one.
  if (/^ | $/.test(text)) throw refuse('blank at an end');
  const unsendable = encoding === 'utf-8' ? /\p{Cc}|\p{Cs}/u : /\p{Cc}|[^\0-\xff]/u;
  if (unsendable.test(text)) throw refuse('unsendable character');
  return encoding === 'utf-8'
    ? Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
    : text;
}
