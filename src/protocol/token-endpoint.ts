import { AuthError } from '../../machines/failures.ts';
import { reveal, type Secret } from '../../machines/secret.ts';
import type { Challenge, Credentials } from '../../machines/vocabulary.ts';
import { exchange } from './exchange.ts';
import { commonHeaders, headerValue } from './headers.ts';
import type { ProtocolOptions } from './options.ts';
import { type Decision, decide } from './reply.ts';
import { challengeHeader } from './steps.ts';
import { typedCode } from './typed-code.ts';

/** An answer to a challenge. */
interface Answer {
  readonly challenge: Challenge;
  readonly code: Secret;
}

/**
 * One call of `POST {baseUrl}/token`, never repeated by itself: a repeat can cost the user an SMS, a code or a locked account.
 *
 * @throws {AuthError} for everything but a session or a challenge.
 */
export async function callTokenEndpoint(
  options: ProtocolOptions,
  credentials: Credentials,
  answer: Answer | null,
  aborted: AbortSignal,
): Promise<Decision> {
  const headers = tokenHeaders(options, credentials, answer);
  const { response, text } = await exchange(options, 'token', { method: 'POST', headers }, aborted);
  return decide(response, text, {
    answered: answer?.challenge.kind ?? null,
    challengeHeaders: options.challengeHeaders,
    sent: [
      reveal(credentials.password),
      // As it went over the wire, too: a server may read the bytes another way.
      headers.get('Password'),
      options.appKey,
      answer && reveal(answer.code),
      answer && reveal(answer.challenge.interimToken),
    ],
  });
}

/**
 * The headers of one call of the token endpoint, which takes everything in headers: user name and password at every step, and
 * the interim token with the code from the second step on.
 *
 * @throws {AuthError} `invalid-input` for a text that a header would change, cut or refuse.
 */
function tokenHeaders(options: ProtocolOptions, { username, password }: Credentials, answer: Answer | null): Headers {
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
