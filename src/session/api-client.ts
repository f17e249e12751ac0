import ky, { type Input, type KyInstance, type Options } from 'ky';
import { AuthError } from '../../machines/failures.ts';
import type { Auth } from '../auth.ts';
import { endpointUrl } from '../protocol/endpoint-url.ts';
import { proxyHintFor } from '../protocol/exchange.ts';
import type { ProtocolOptions } from '../protocol/options.ts';
import { safeFetch } from '../protocol/redirects.ts';
import { createAuthorizedFetch } from './authorized-fetch.ts';
import { type SessionSource, sourceOf } from './session-source.ts';

/** How to call a broker's ETNA Trader. */
export interface ApiClientOptions extends Pick<ProtocolOptions, 'baseUrl' | 'appKey' | 'allowInsecure' | 'fetch'> {
  /**
   * Milliseconds until the answer to a call, and as many again until the end of its body. 10,000 by default. It includes the
   * wait for a new session, where one is needed.
   */
  readonly timeout?: number | undefined;
}

/**
 * A client for the API: a [ky](https://github.com/sindresorhus/ky) instance that calls with the session of a login. Paths are
 * relative to the base URL, with or without a slash at their beginning.
 *
 * - No call is made with a session that is over, none leaves the base URL, and no redirect is followed.
 * - A 401 is looked into: where the session is over, the login is told, and a call that may be made twice is made once more if
 *   there is a new session by then. Where the session is good, the 401 is the API's own, and is an `HTTPError` of ky's.
 * - Nothing else is repeated. `api.extend({ retry: 2 })` does more.
 * - Token and application key are in no request, hook or error that a caller gets to see.
 *
 * Calls reject with an {@link AuthError} where there is no session (`not-signed-in`, `session-expired`, `session-rejected`, or
 * why a renewal failed), `redirected`, or `invalid-input` for an address beyond the base URL; otherwise with what ky throws.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url`, for options that cannot be used.
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
  if (!/^[\x21-\x7e]+$/.test(appKey)) {
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

const methods = ['get', 'post', 'put', 'patch', 'head', 'delete'] as const;

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
