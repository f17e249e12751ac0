import { AuthError } from '../../machines/failures.ts';
import { parseUrl } from '../../machines/url.ts';
import type { ProtocolOptions } from './options.ts';

/** Sends a request, as the global `fetch` does. */
export type Fetch = NonNullable<ProtocolOptions['fetch']>;

/**
 * The `fetch` for requests with secrets: the given one, or the platform's if it can refuse redirects. React Native's is made of
 * XMLHttpRequest, which always follows them, with the password and the application key in its headers.
 *
 * @throws {AuthError} `invalid-input` if there is none, saying what to pass, and for anything but a function.
 */
export function safeFetch(fetch: Fetch | undefined): Fetch {
  // Callers in plain JavaScript may pass anything.
  if (fetch && typeof fetch !== 'function') throw new AuthError('invalid-input', { detail: 'fetch: not a function' });
  const isNative = !fetch && typeof navigator !== 'undefined' && navigator.product === 'ReactNative';
  const used = fetch ?? globalThis.fetch;
  // whatwg-fetch, which React Native and polyfills use, has this mark.
  if (isNative || typeof used !== 'function' || 'polyfill' in used) {
    const detail = 'fetch: pass one that can refuse redirects, such as that of expo/fetch';
    throw new AuthError('invalid-input', { detail });
  }
  return async (...call) => {
    // Looked up for each call, since tests and instrumentation replace it.
    const response = await (fetch ? fetch(...call) : globalThis.fetch(...call));
    if (typeof response?.text === 'function') return response;
    throw new AuthError('invalid-input', { detail: 'fetch: it returned no Response' });
  };
}

/** Whether a reply is a redirect. Browsers do not expose more. */
export const isRedirect = ({ type, status }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400);

/**
 * Whether `fetch` followed a redirect although it must not. The reply may then come from another server, and its token must not become a
 * session.
 */
export function wasRedirected({ redirected, url }: Response, asked: string): boolean {
  // A reply that was constructed in code has no address, and none has the part after "#", which is never sent.
  const [address = ''] = asked.split('#');
  // Platforms may write the same address differently.
  return redirected || (!!url && parseUrl(url)?.href !== parseUrl(address)?.href);
}
