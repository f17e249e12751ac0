import ky, { type Input, type KyInstance, type Options } from 'ky';
import { AuthError } from '../../machines/failures.ts';
import type { Auth } from '../auth.ts';
import { endpointUrl } from '../protocol/endpoint-url.ts';
import { proxyHintFor } from '../protocol/exchange.ts';
import { isToken } from '../protocol/headers.ts';
import type { ProtocolOptions } from '../protocol/options.ts';
import { safeFetch } from '../protocol/redirects.ts';
import { createAuthorizedFetch } from './authorized-fetch.ts';
import { type SessionSource, sourceOf } from './session-source.ts';

/** Options of {@link createApiClient}. */
export interface ApiClientOptions extends Pick<ProtocolOptions, 'baseUrl' | 'appKey' | 'allowInsecure' | 'fetch'> {
  /**
   * Milliseconds to wait for a reply, and as many again for the end of its body. It includes the wait for a new session, if one is
   * needed.
   *
   * @default 10_000
   */
  readonly timeout?: number | undefined;
}

/**
 * A client for the API: a [ky](https://github.com/sindresorhus/ky) instance that uses the session of a login. Paths are relative to
 * the base URL, with or without a leading slash.
 *
 * - No call is made with an expired session, or to an address outside the base URL, and no redirect is followed.
 * - A 401 is verified. If the session has ended, the login is notified, and an idempotent call is repeated once if there is a new
 *   session by then. If the session is still valid, the 401 is ky's `HTTPError`.
 * - Nothing else is repeated, unless you ask for it: `api.extend({ retry: 2 })`.
 * - The token and the application key are in no request, hook or error that a caller sees.
 *
 * Calls reject with an {@link AuthError} if there is no session (`not-signed-in`, `session-expired`, `session-rejected`, or the
 * failure of a renewal), with `redirected`, or with `invalid-input` for an address outside the base URL; otherwise with ky's errors.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url` if the options are not valid.
 *
 * @example
 * ```ts
 * import { createAuth } from 'etna-auth';
 * import { createApiClient } from 'etna-auth/session';
 *
 * const broker = { baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' };
 * const auth = createAuth(broker);
 * const api = createApiClient(auth, broker);
 * await auth.login({ username: 'trader', password: '…' });
 * const accounts = await api.get('v1.0/users/@me/accounts').json<{ Id: number }[]>();
 * ```
 */
export function createApiClient(source: Auth | SessionSource, options: ApiClientOptions): KyInstance {
  const { baseUrl, appKey, allowInsecure, timeout = 10_000 } = options;
  const fetch = safeFetch(options.fetch);
  const apiUrl = endpointUrl(baseUrl, '', allowInsecure);
  if (!isToken(appKey)) {
    throw new AuthError('invalid-input', { detail: 'appKey: unsendable' });
  }
  const sessions = 'getSession' in source ? source : sourceOf(source);
  const api = ky.create({
    baseUrl: apiUrl,
    timeout,
    retry: 0,
    fetch: createAuthorizedFetch(sessions, {
      apiUrl,
      appKey,
      timeout,
      async fetch(input, init) {
        await proxyHintFor(apiUrl, options);
        return fetch(input, init);
      },
    }),
  });
  return withLeadingSlash(api);
}

const methods = ['get', 'post', 'put', 'patch', 'head', 'delete', 'query'] as const;

/** Takes `/v1.0/…` for `v1.0/…`. By the rules for addresses it would leave the base URL, and be refused. */
function withLeadingSlash(api: KyInstance): KyInstance {
  const below = <Result>(call: (input: Input, options?: Options) => Result) => {
    return (input: Input, options?: Options) =>
      call(typeof input === 'string' ? input.replace(/^\/(?!\/)/, '') : input, options);
  };
  return Object.assign(below(api), api, Object.fromEntries(methods.map((method) => [method, below(api[method])])), {
    extend: (...options: Parameters<KyInstance['extend']>) => withLeadingSlash(api.extend(...options)),
  });
}
