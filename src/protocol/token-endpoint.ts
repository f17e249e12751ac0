import ky from 'ky';
import { AuthError } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import type { Credentials } from '../../machines/vocabulary.ts';
import { discard } from './discard.ts';
import { type Answer, tokenHeaders } from './headers.ts';
import type { ProtocolOptions } from './options.ts';
import { type Decision, decide } from './reply.ts';
import { tokenUrl } from './token-url.ts';

const longestBody = 64 * 1024;

/**
 * One call of `POST {baseUrl}/token`, never repeated by itself: a repeat can cost the user an SMS, a code or a locked account.
 *
 * @throws {AuthError} for everything but a session or a challenge. What `fetch` and ky throw stays here, since their errors
 * carry the request, and with it the password.
 */
export async function callTokenEndpoint(
  options: ProtocolOptions,
  credentials: Credentials,
  answer: Answer | null,
  aborted: AbortSignal,
): Promise<Decision> {
  const url = tokenUrl(options.baseUrl, options.allowInsecure);
  const headers = tokenHeaders(options, credentials, answer);
  const timeout = options.timeout ?? 10_000;
  const timedOut = AbortSignal.timeout(Math.min(Math.ceil(timeout), 2 ** 31 - 1));
  const signal = AbortSignal.any([aborted, timedOut]);
  const { response, text } = await exchange(url, headers, signal, options.fetch).catch((error) => {
    if (error instanceof AuthError) throw error;
    if (timedOut.aborted) throw new AuthError('timeout', { detail: `${timeout} ms` });
    throw new AuthError('network', { detail: causeOf(error) });
  });
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

async function exchange(url: string, headers: Headers, signal: AbortSignal, fetch: ProtocolOptions['fetch']) {
  const response = await ky.post(url, {
    headers,
    signal,
    // `error` is unknown to some edge runtimes; fetch would carry the password to wherever a redirect points.
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    ...(fetch && { fetch }),
  });
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    discard(response.body);
    throw new AuthError('redirected', { detail: targetOf(response) });
  }
  return { response, text: await readBody(response, signal) };
}

async function readBody(response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Not `for await`: Safari's streams cannot be iterated.
  const reader = response.body?.getReader();
  // ky ties the signal to the body by an object that is garbage once the headers are here: without this listener neither the
  // timeout nor `cancel` would end the reading.
  signal.addEventListener('abort', () => discard(reader));
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) break;
    size += value.byteLength;
    if (size > longestBody) {
      discard(reader);
      throw new AuthError('malformed-reply', { detail: 'over 64 KiB' });
    }
    chunks.push(value);
  }
  return new Blob(chunks).text();
}

/** Where a redirect points: the origin alone, since the rest may hold what is nobody's business. Browsers do not tell. */
function targetOf({ headers, url }: Response): string | null {
  const location = headers.get('Location');
  const target = location && URL.parse(location, url);
  return target && /^https?:/.test(target.protocol) ? target.origin : null;
}

/** The system's code for what went wrong (`ECONNREFUSED`), below ky's error and fetch's. Their messages may quote the request. */
const causeOf = (error: { cause?: { cause?: { code?: string } } } | null): string | null =>
  error?.cause?.cause?.code ?? null;
