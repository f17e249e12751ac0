import { reveal } from '../../machines/secret.ts';
import type { Credentials } from '../../machines/vocabulary.ts';
import { exchange } from './exchange.ts';
import { type Answer, tokenHeaders } from './headers.ts';
import type { ProtocolOptions } from './options.ts';
import { type Decision, decide } from './reply.ts';

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
