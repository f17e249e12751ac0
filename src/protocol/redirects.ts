import { AuthError } from '../../machines/failures.ts';
import type { ProtocolOptions } from './options.ts';

export type Fetch = NonNullable<ProtocolOptions['fetch']>;

/**
 * The `fetch` to send secrets with: the given one, or the host's where it can refuse redirects. React Native's follows them
 * whatever it is told, with the password and the application key in its headers.
 *
 * @throws {AuthError} `invalid-input` where there is none, saying what to pass.
 */
export function safeFetch(fetch: Fetch | undefined): Fetch {
  if (fetch) return fetch;
  const detail = 'fetch: this host has none that can refuse redirects; pass one that can, such as that of expo/fetch';
  const isNative = typeof navigator !== 'undefined' && navigator.product === 'ReactNative';
  if (isNative || typeof globalThis.fetch !== 'function') throw new AuthError('invalid-input', { detail });
  // Looked up at each call, since tests and instrumentation replace it.
  return (...call) => globalThis.fetch(...call);
}

/** Whether a reply points elsewhere. Browsers tell no more of it. */
export const isRedirect = ({ type, status }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400);

/**
 * Whether `fetch` followed a redirect though it was told not to. The reply is another server's then, and its token must not
 * pass for a session.
 */
export function wasRedirected({ redirected, url }: Response, asked: string): boolean {
  // Made by hand, a reply has no address.
  return redirected || (!!url && URL.parse(url)?.href !== URL.parse(asked)?.href);
}
