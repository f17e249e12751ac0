import { fromPromise } from 'xstate';
import { authMachine } from '../machines/auth.machine.ts';
import { AuthError } from '../machines/failures.ts';
import type { TokenReply, TokenRequest } from '../machines/vocabulary.ts';
import { loaded, loadKy } from './protocol/exchange.ts';
import { callLogoutEndpoint } from './protocol/logout-endpoint.ts';
import type { ProtocolOptions } from './protocol/options.ts';

/** How to sign in to a broker's ETNA Trader. */
export interface AuthOptions extends ProtocolOptions {
  /** How often a challenge may be answered before the login fails, where the server asks again. 3 by default. */
  readonly maxAttempts?: number | undefined;
  /**
   * Hears that the server could not be told of a logout: until its time is over, the token stays good. The user is signed out
   * here all the same. It must not throw.
   */
  readonly onLogoutError?: ((error: AuthError) => void) | undefined;
}

/**
 * The login machine with its services, for XState users: `useMachine(createAuthMachine(options))`.
 *
 * Make it once, outside of components. Its events carry secrets: `{ type: 'login', credentials: { username, password:
 * secret(…) } }`, `{ type: 'code.submit', code: secret(…) }`. The machine takes a password over, and wipes it when the login
 * is through.
 *
 * @example
 * ```ts
 * import { createAuthMachine, secret } from 'etna-auth';
 * import { createActor } from 'xstate';
 *
 * const machine = createAuthMachine({ baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' });
 * const actor = createActor(machine);
 * actor.on('session.opened', ({ session }) => console.log('signed in as', session.username));
 * actor.start();
 * actor.send({ type: 'login', credentials: { username: 'trader', password: secret('…') } });
 * ```
 */
export function createAuthMachine(options: AuthOptions): typeof authMachine {
  const service = fromPromise<TokenReply, TokenRequest>(async ({ input, signal }) => {
    const { requestToken } = await loadTokenService();
    return requestToken(options, input, signal);
  });
  return authMachine.provide({
    actors: { requestToken: service, verifyCode: service },
    actions: {
      // Nobody waits for it: whoever signs out is signed out.
      endSession: ({ context: { session } }) => {
        if (!session) return;
        callLogoutEndpoint(options, session).catch((error) => {
          // What else is thrown may quote what was sent.
          options.onLogoutError?.(error instanceof AuthError ? error : new AuthError('interrupted'));
        });
      },
    },
  });
}

/**
 * Loads what signs in. A login screen can be shown without it, and has it by the time that somebody has typed a password.
 *
 * @throws {AuthError} `network` where it cannot be had.
 */
export async function loadTokenService(): Promise<typeof import('./token-service.ts')> {
  const [service] = await Promise.all([loaded(() => import('./token-service.ts')), loadKy()]);
  return service;
}
