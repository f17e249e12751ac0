import { AuthError } from '../../machines/failures.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { bearer } from '../protocol/headers.ts';
import { discard } from '../protocol/read-body.ts';
import { isRedirect, wasRedirected } from '../protocol/redirects.ts';
import { unlessAborted } from '../protocol/unless-aborted.ts';
import { createProbe } from './session-probe.ts';
import type { SessionSource } from './session-source.ts';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What all calls of an API have in common. */
export interface AuthorizedFetchOptions {
  /** The prefix of every address; it ends with a slash. */
  readonly apiUrl: string;
  readonly appKey: string;
  /** Milliseconds to wait when checking whether a session has ended. */
  readonly timeout: number;
  readonly fetch: Fetch;
}

// Idempotent methods, which may be repeated.
const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * A `fetch` that adds the token and the application key. They are only in requests that never leave this function, so no hook, error
 * or log of a caller can contain them.
 */
export function createAuthorizedFetch(source: SessionSource, options: AuthorizedFetchOptions): Fetch {
  const { apiUrl, appKey, timeout, fetch } = options;

  async function send(request: Request, session: Session, init?: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('Authorization', bearer(session));
    headers.set('Et-App-Key', appKey);
    if (!headers.has('Accept')) headers.set('Accept', 'application/json');
    const { url, method, signal, cache } = request;
    const body = await bodyOf(request);
    // Its parts instead of the request, since the `fetch` of another package does not accept the platform's `Request`.
    const response = await fetch(url, {
      ...init,
      method,
      headers: Object.fromEntries(headers),
      signal,
      cache,
      ...(body !== null && { body }),
      // On a redirect, fetch would forward the application key.
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if ((isRedirect(response) && response.status !== 304) || wasRedirected(response, request.url)) {
      discard(response.body);
      throw new AuthError('redirected', { detail: `${request.method} ${pathOf(request)}` });
    }
    return response;
  }

  const hasEnded = createProbe({ url: new URL('v1.0/users/@me/info', apiUrl).href, timeout, send });

  return async (input, init) => {
    const request = new Request(input);
    if (!request.url.startsWith(apiUrl)) {
      const { origin, pathname } = new URL(request.url);
      throw new AuthError('invalid-input', {
        detail: `${origin}${pathname} is not below ${apiUrl}`,
      });
    }
    // Some servers decode them first, and would leave the path.
    if (/%(2e|2f|5c|25(2e|2f|5c))/i.test(new URL(request.url).pathname)) {
      throw new AuthError('invalid-input', { detail: 'the path has encoded dots or slashes' });
    }
    const isRepeatable = idempotentMethods.has(request.method);
    for (let repeatsLeft = isRepeatable ? 1 : 0; ; repeatsLeft -= 1) {
      const session = await unlessAborted(source.getSession(), request.signal);
      const response = await send(repeatsLeft > 0 ? request.clone() : request, session, init);
      if (response.status !== 401 || !(await unlessAborted(hasEnded(session), request.signal))) return response;
      discard(response.body);
      source.rejectSession(session);
      if (repeatsLeft === 0) {
        const detail = isRepeatable ? null : `${request.method} ${pathOf(request)} was not repeated`;
        throw new AuthError('session-rejected', { detail });
      }
    }
  };
}

/** What a request carries. Those of phones have no streams, and cannot be read as bytes. */
async function bodyOf(request: Request): Promise<ArrayBuffer | string | null> {
  if (request.body === null || request.method === 'GET' || request.method === 'HEAD') return null;
  return request.body === undefined ? request.text() : request.arrayBuffer();
}

const pathOf = ({ url }: Request) => new URL(url).pathname;
