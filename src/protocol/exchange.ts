import type { KyInstance } from 'ky';
import { AuthError } from '../../machines/failures.ts';
import { endpointUrl } from './endpoint-url.ts';
import type { ProtocolOptions } from './options.ts';
import { discard, readBody } from './read-body.ts';
import { isRedirect, safeFetch, wasRedirected } from './redirects.ts';
import { withinTime } from './within-time.ts';

/** What is sent. */
export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Headers;
  /** Text in JSON. */
  readonly body?: string;
  /** Lets the request outlive the page that makes it. */
  readonly keepalive?: boolean;
  /** The most bytes of a reply: 64 KiB unless told. */
  readonly longestReply?: number;
}

/**
 * One exchange with the server by a request that carries secrets, from its first byte to the last of the reply.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url` before anything is sent; `redirected`, `timeout`, `network`, or
 * `malformed-reply` for a body without end.
 */
export async function exchange(
  options: ProtocolOptions,
  path: string,
  { method, headers, body, keepalive = false, longestReply = 64 * 1024 }: Sent,
  aborted: AbortSignal = new AbortController().signal,
): Promise<{ readonly response: Response; readonly text: string }> {
  const url = endpointUrl(options.baseUrl, path, options.allowInsecure);
  const fetch = safeFetch(options.fetch);
  // A page that is about to be left waits for nothing.
  const ky = keepalive ? null : await loadKy();
  const hint = await proxyHintFor(url, options);
  // Given up while parts of this program were loaded: nothing is sent.
  if (aborted.aborted) throw new AuthError('cancelled');
  return withinTime(options.timeout ?? 10_000, aborted, hint, async (signal) => {
    const init = {
      method,
      headers: Object.fromEntries(headers),
      signal,
      keepalive,
      ...(body !== undefined && { body }),
      // `error` is unknown to some edge runtimes; fetch would carry the password to wherever a redirect points.
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    } as const;
    const send = () => fetch(url, init);
    const response = await (ky
      ? ky(url, {
          method,
          retry: 0,
          timeout: false,
          throwHttpErrors: false,
          // ky passes a `Request` of the host's, which the `fetch` of a package does not know, and a signal that it combines by a
          // function that older engines lack.
          fetch: send,
        })
      : send());
    if (isRedirect(response) || wasRedirected(response, url)) {
      discard(response.body);
      throw new AuthError('redirected', { detail: targetOf(response) });
    }
    return { response, text: await readBody(response, signal, longestReply) };
  });
}

/**
 * What may explain that an address cannot be reached, where Node's own `fetch` is used: a proxy.
 *
 * @throws {AuthError} `insecure-url` where what is for this machine would leave it, in the clear.
 */
export async function proxyHintFor(
  url: string,
  { fetch, allowInsecure }: Pick<ProtocolOptions, 'fetch' | 'allowInsecure'>,
): Promise<string | null> {
  // Pages need not load it: their browser has proxies of its own.
  if (fetch || !('process' in globalThis)) return null;
  const { isProxied, proxyHint } = await import('./proxy.ts');
  const hint = proxyHint(url);
  if (url.startsWith('http:') && !allowInsecure && isProxied(url)) {
    throw new AuthError('insecure-url', { detail: `${hint}; set NO_PROXY to keep it here` });
  }
  return hint;
}

/** Where a redirect points, or led: the origin alone, since the rest may be confidential. Browsers do not tell. */
function targetOf({ headers, redirected, url }: Response): string | null {
  const location = headers.get('Location') ?? (redirected ? url : null);
  const target = location && URL.parse(location, url || undefined);
  return target && /^https?:/.test(target.protocol) ? target.origin : null;
}

/** Loads what sends requests, before the first of them is made, or ahead of it: a page that shows a form need not wait for it. */
export async function loadKy(): Promise<KyInstance> {
  return (await loaded(() => import('ky'))).default;
}

/**
 * Loads a part of this program that not every page, or not yet, needs.
 *
 * @throws {AuthError} `network` where it cannot be had, as a page's server may have been updated since.
 */
export async function loaded<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch {
    throw new AuthError('network', { detail: 'a part of this program could not be loaded' });
  }
}
