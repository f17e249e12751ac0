import { AuthError } from '../../machines/failures.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { exchange } from './exchange.ts';
import { bearer, commonHeaders, headerValue } from './headers.ts';
import type { ProtocolOptions } from './options.ts';

/**
 * One call of `POST {baseUrl}/logout`, which invalidates the token at once. The user may leave the page meanwhile.
 *
 * @throws {AuthError} if the server may not have ended the session. A 401 means that it had already ended.
 */
export async function callLogoutEndpoint(options: ProtocolOptions, session: Session): Promise<void> {
  const headers = { ...commonHeaders(options), Authorization: headerValue('token', bearer(session)) };
  const { response } = await exchange(options, 'logout', { method: 'POST', headers, keepalive: true });
  const { ok, status } = response;
  if (!ok && status !== 401) throw new AuthError('server-error', { detail: `HTTP ${status}` });
}
