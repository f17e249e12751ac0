import { AuthError } from '../../machines/failures.ts';
import { reveal, type Secret } from '../../machines/secret.ts';
import type { Challenge, Credentials } from '../../machines/vocabulary.ts';
import { exchange } from './exchange.ts';
import { commonHeaders, headerValue, type RequestHeaders } from './headers.ts';
import { onceByKy } from './once-by-ky.ts';
import type { ProtocolOptions } from './options.ts';
import { type Decision, decide } from './reply.ts';
import { challengeHeader } from './steps.ts';
import { typedCode } from './typed-code.ts';

/** A response to a challenge. */
interface Answer {
  readonly challenge: Challenge;
  readonly code: Secret;
}

/**
 * One call of `POST {baseUrl}/token`. It is never repeated automatically: that could cost the user an SMS, a code or a locked account.
 *
 * @throws {AuthError} for every result other than a session or a challenge.
 */
export async function callTokenEndpoint(
  options: ProtocolOptions,
  credentials: Credentials,
  answer: Answer | null,
  aborted: AbortSignal,
): Promise<Decision> {
  const headers = tokenHeaders(options, credentials, answer);
  const { response, text } = await exchange(options, 'token', { method: 'POST', headers, client: onceByKy }, aborted);
  const { Accept, Username, ...secrets } = headers;
  return decide(response, text, {
    answered: answer?.challenge.kind ?? null,
    challengeHeaders: options.challengeHeaders,
    sent: [
      reveal(credentials.password),
      // In the form in which they were sent too: a server may decode the bytes differently, and a code is sent without its blanks.
      ...Object.values(secrets),
      options.appKey,
      answer && reveal(answer.code),
      answer && reveal(answer.challenge.interimToken),
    ],
  });
}

/**
 * The headers of one call of the token endpoint, which takes all data in headers: user name and password in every step, and the interim
 * token with the code from the second step on.
 *
 * @throws {AuthError} `invalid-input` for a text that a header would change, truncate or refuse.
 */
function tokenHeaders(
  options: ProtocolOptions,
  { username, password }: Credentials,
  answer: Answer | null,
): RequestHeaders {
  const { headerEncoding } = options;
  const headers = {
    ...commonHeaders(options),
    Username: headerValue('username', username, headerEncoding),
    Password: headerValue('password', reveal(password), headerEncoding),
  };
  if (answer === null) return headers;
  const { challenge, code } = answer;
  const header = challengeHeader(challenge.step, options.challengeHeaders);
  const authorized = { ...headers, Authorization: `Bearer ${reveal(challenge.interimToken)}` };
  // A header that is already used could, for example, send the code as the password.
  if (!header || isAmong(Object.keys(authorized), header)) {
    throw new AuthError('unsupported-step', { step: challenge.step });
  }
  const text = challenge.kind === 'code' ? typedCode(reveal(code)) : reveal(code);
  return { ...authorized, [header]: headerValue(challenge.kind, text, headerEncoding) };
}

/** Names of headers are case-insensitive. */
const isAmong = (names: readonly string[], name: string): boolean =>
  names.some((each) => each.toLowerCase() === name.toLowerCase());
