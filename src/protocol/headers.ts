import { createFailure } from '../../machines/failures.ts';
import type { Secret } from '../../machines/secret.ts';
import { reveal } from '../../machines/secret.ts';
import type { Challenge, Credentials, Session } from '../../machines/vocabulary.ts';
import { AuthError } from './auth-error.ts';
import type { ProtocolOptions } from './options.ts';
import { challengeHeader } from './steps.ts';

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
): Record<string, string> {
  const { headerEncoding } = options;
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Et-App-Key': headerValue('application key', options.appKey, headerEncoding),
    Username: headerValue('user name', username, headerEncoding),
    Password: headerValue('password', reveal(password), headerEncoding),
  };
  if (answer === null) return headers;
  const { challenge, code } = answer;
  const header = challengeHeader(challenge.step, options.challengeHeaders);
  if (header === null) throw new AuthError(createFailure('unsupported-step', { step: challenge.step }));
  if (!isHeaderName(header)) {
    const detail = `The header configured for the step ${challenge.step} is not a header name.`;
    throw new AuthError(createFailure('invalid-input', { detail }));
  }
  headers.Authorization = `Bearer ${reveal(challenge.interimToken)}`;
  headers[header] = headerValue(challenge.kind === 'pin' ? 'PIN' : 'code', reveal(code), headerEncoding);
  return headers;
}

/**
 * The value of the `Authorization` header for calls of the API.
 *
 * @throws {TypeError} when the session's token was wiped or went through serialisation.
 */
export function bearer(session: Session): string {
  return `Bearer ${reveal(session.token)}`;
}

const isHeaderName = (name: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(name);

function headerValue(name: string, text: string, encoding: ProtocolOptions['headerEncoding'] = 'utf-8'): string {
  const refuse = (problem: string) =>
    new AuthError(createFailure('invalid-input', { detail: `The ${name} ${problem}.` }));
  if (text === '') throw refuse('is empty');
  if (/^ | $/.test(text)) throw refuse('starts or ends with a blank, which is lost on the way');
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) throw refuse('has a character that cannot be sent');
  if (encoding === 'utf-8')
    return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  if (/[^\0-\xff]/.test(text)) throw refuse('has a character outside Latin-1');
  return text;
}
