import { AuthError } from '../../machines/failures.ts';
import { parseUrl } from '../../machines/url.ts';
import { endpointUrl } from './endpoint-url.ts';
import type { RequestHeaders } from './headers.ts';
import { numberOption } from './number-option.ts';
import { onDemand } from './on-demand.ts';
import type { ProtocolOptions } from './options.ts';
import { discard, readBody } from './read-body.ts';
import { isRedirect, safeFetch, wasRedirected } from './redirects.ts';
import { withinTime } from './within-time.ts';

/** The request. */
export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: RequestHeaders;
  /** Text in JSON. */
  readonly body?: string;
  /** Lets the request outlive its page. */
  readonly keepalive?: boolean;
  /**
   * The maximum size of a reply, in bytes.
   *
   * @default 65_536
   */
  readonly longestReply?: number;
  /** The client that makes the request. By default none, so that a page that is being left need not load one. */
  readonly client?: Client;
}

/** Makes a request with the given function: once, whatever the reply. */
export type Client = (
  url: string,
  options: { readonly method: Sent['method']; readonly fetch: () => Promise<Response> },
) => Promise<Response>;

/**
 * One exchange with the server: a request with secrets, and the whole reply.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url` before anything is sent; `redirected`, `timeout`, `network`, or
 * `malformed-reply` for a body that is too long.
 */
export async function exchange(
  options: ProtocolOptions,
  path: string,
  { method, headers, body, keepalive = false, longestReply = 64 * 1024, client }: Sent,
  aborted: AbortSignal = new AbortController().signal,
): Promise<{ readonly response: Response; readonly text: string }> {
  const url = endpointUrl(options.baseUrl, path, options.allowInsecure);
  const fetch = safeFetch(options.fetch);
  const timeout = numberOption('timeout', options.timeout ?? 10_000, 1);
  const hint = await proxyHintFor(url, options);
  // Cancelled while parts of this library were loaded: nothing is sent.
  if (aborted.aborted) throw new AuthError('cancelled');
  return withinTime(timeout, aborted, hint, async (signal) => {
    const init = {
      method,
      headers,
      signal,
      keepalive,
      ...(body !== undefined && { body }),
      // Not `error`, which some edge runtimes do not support. On a redirect, fetch would forward the password.
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    } as const;
    const send = () => fetch(url, init);
    const response = await (client ? client(url, { method, fetch: send }) : send());
    if (isRedirect(response) || wasRedirected(response, url)) {
      discard(response.body);
      throw new AuthError('redirected', { detail: targetOf(response) });
    }
    return { response, text: await readBody(response, signal, longestReply) };
  });
}

/**
 * Resolves with a function that returns a possible reason why an address cannot be reached with Node's own `fetch`: a proxy.
 *
 * @throws {AuthError} `insecure-url` if a request to this machine would leave it unencrypted.
 */
export async function proxyHintFor(
  url: string,
  { fetch, allowInsecure }: Pick<ProtocolOptions, 'fetch' | 'allowInsecure'>,
): Promise<() => string | null> {
  // Not loaded in pages: browsers have their own proxy settings.
  if (fetch || !('process' in globalThis)) return () => null;
  const { isProxied, proxyHint } = await loadProxy();
  if (url.startsWith('http:') && !allowInsecure && isProxied(url)) {
    throw new AuthError('insecure-url', { detail: `${proxyHint(url)}; set NO_PROXY to keep it here` });
  }
  return () => proxyHint(url);
}

/** The target of a redirect: only the origin, since the rest may be confidential. Browsers do not expose it. */
function targetOf({ headers, redirected, url }: Response): string | null {
  const location = headers?.get?.('Location') ?? (redirected ? url : null);
  const target = location && parseUrl(location, url || undefined);
  return target && /^https?:/.test(target.protocol) ? target.origin : null;
}

const loadProxy = onDemand(() => import('./proxy.ts'));
