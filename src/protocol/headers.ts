import { AuthError } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import type { ProtocolOptions } from './options.ts';

/** Headers as plain data, which any `fetch` accepts. */
export type RequestHeaders = Readonly<Record<string, string>>;

/**
 * The headers of every call.
 *
 * @throws {AuthError} `invalid-input` for an application key that a header would change, truncate or refuse.
 */
export const commonHeaders = ({ appKey, headerEncoding }: ProtocolOptions): RequestHeaders => ({
  Accept: 'application/json',
  'Et-App-Key': headerValue('appKey', appKey, headerEncoding),
});

/** Whether a text can be sent as a bearer token. Anything else would let the server inject headers. */
export const isToken = (token: unknown): token is string => typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);

/**
 * The value of the `Authorization` header for calls of the API.
 *
 * @throws {TypeError} if the session's token was wiped, or is a serialised copy.
 */
export function bearer(session: Session): string {
  return `Bearer ${reveal(session.token)}`;
}

/**
 * Encodes a text for a header.
 *
 * @throws {AuthError} `invalid-input` if a header would change, truncate or refuse it.
 */
export function headerValue(name: string, text: string, encoding: ProtocolOptions['headerEncoding'] = 'utf-8'): string {
  const refuse = (problem: string) => new AuthError('invalid-input', { detail: `${name}: ${problem}` });
  // Callers in plain JavaScript may pass anything, such as a variable of the environment that is not set.
  if (typeof text !== 'string') throw refuse('not a text');
  // Most texts: a header changes nothing of them.
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  if (!text) throw refuse('empty');
  // Headers are trimmed, which would change a password that ends with a space.
  if (/^ | $/.test(text)) throw refuse('blank at an end');
  const unsendable = encoding === 'utf-8' ? /\p{Cc}|\p{Cs}/u : /\p{Cc}|[^\0-\xff]/u;
  if (unsendable.test(text)) throw refuse('unsendable character');
  return encoding === 'utf-8' ? String.fromCharCode(...new TextEncoder().encode(text)) : text;
}
