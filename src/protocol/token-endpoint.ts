import ky from 'ky';
import { AuthError } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import type { Credentials } from '../../machines/vocabulary.ts';
import { discard } from './discard.ts';
import { type Answer, tokenHeaders } from './headers.ts';
import type { ProtocolOptions } from './options.ts';
import { readBody } from './read-body.ts';
import { type Fetch, isRedirect, safeFetch, wasRedirected } from './redirects.ts';
import { type Decision, decide } from './reply.ts';
import { tokenUrl } from './token-url.ts';
import { withinTime } from './within-time.ts';

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
  const url = tokenUrl(options.baseUrl, options.allowInsecure);
  const headers = tokenHeaders(options, credentials, answer);
  const fetch = safeFetch(options.fetch);
  const { response, text } = await withinTime(options.timeout ?? 10_000, aborted, (signal) =>
    exchange(url, headers, signal, fetch),
  );
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

async function exchange(url: string, headers: Headers, signal: AbortSignal, fetch: Fetch) {
  const init = {
    method: 'POST',
    headers: Object.fromEntries(headers),
    signal,
    // `error` is unknown to some edge runtimes; fetch would carry the password to wherever a redirect points.
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
  } as const;
  const response = await ky.post(url, {
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // ky passes a `Request` of the host's, which the `fetch` of a package does not know, and a signal that it combines by a
    // function that older engines lack.
    fetch: () => fetch(url, init),
  });
  if (isRedirect(response) || wasRedirected(response, url)) {
    discard(response.body);
    throw new AuthError('redirected', { detail: targetOf(response) });
  }
  return { response, text: await readBody(response, signal) };
}

/** Where a redirect points, or led: the origin alone, since the rest may be confidential. Browsers do not tell. */
function targetOf({ headers, redirected, url }: Response): string | null {
  const location = headers.get('Location') ?? (redirected ? url : null);
  const target = location && URL.parse(location, url || undefined);
  return target && /^https?:/.test(target.protocol) ? target.origin : null;
}
