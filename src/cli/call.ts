import { AuthError } from '../../machines/failures.ts';
import { causeOf } from '../protocol/cause.ts';
import { createApiClient } from '../session/api-client.ts';
import { forgetSession } from '../session/session-store.ts';
import type { CurrentSession, Target } from './account.ts';

/** One call of the API. */
export interface Call {
  readonly method: string;
  /** Relative to the base URL. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  /** Milliseconds to wait for the reply. */
  readonly timeout: number;
}

/** The complete reply of the API. */
export interface Reply {
  readonly status: number;
  readonly isSuccess: boolean;
  readonly isJson: boolean;
  readonly body: Buffer;
}

/**
 * Makes an authorised call. If the server has ended the session, it is deleted.
 *
 * @throws {AuthError} `invalid-input`, `insecure-url`, `redirected`, `session-rejected`, `timeout` or `network`.
 */
export async function call(current: CurrentSession, { method, path, body, timeout }: Call): Promise<Reply> {
  const { target, account, store, session } = current;
  if (/^[a-z][a-z\d+.-]*:/i.test(path)) throw refusal('The path must lie below the base URL.');
  const source = { getSession: async () => session, rejectSession: () => {} };
  const api = createApiClient(source, { baseUrl: account.baseUrl, appKey: demandAppKey(target), timeout });
  try {
    const response = await api(path, {
      method,
      throwHttpErrors: false,
      ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }),
    });
    return {
      status: response.status,
      isSuccess: response.ok,
      isJson: /[/+]json\b/.test(response.headers.get('Content-Type') ?? ''),
      body: Buffer.from(await response.arrayBuffer()),
    };
  } catch (error) {
    const failure = asAuthError(error, timeout);
    if (failure.code === 'session-rejected') await forgetSession(store, account, session);
    throw failure;
  }
}

/** Not stored for another base URL, or for an account from the environment. */
function demandAppKey({ appKey }: Target): string {
  if (appKey !== undefined) return appKey;
  throw refusal('Set ETNA_APP_KEY, or pass --app-key.');
}

const refusal = (detail: string) => new AuthError('invalid-input', { detail });

function asAuthError(error: unknown, timeout: number): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new AuthError('timeout', { detail: `${timeout} ms` });
  }
  return new AuthError('network', { detail: causeOf(error) });
}
