import { fromPromise } from 'xstate';
import { authMachine } from '../machines/auth.machine.ts';
import { AuthError } from '../machines/failures.ts';
import type { TokenReply, TokenRequest } from '../machines/vocabulary.ts';
import { loadKy, onDemand } from './protocol/exchange.ts';
import { callLogoutEndpoint } from './protocol/logout-endpoint.ts';
import type { ProtocolOptions } from './protocol/options.ts';

/** Options for signing in to a broker's ETNA Trader. */
export interface AuthOptions extends ProtocolOptions {
  /**
   * How many codes may be rejected before the login fails, if the server allows that many.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Called if the session could not be ended at the server after a logout: the token remains valid until it expires. The user is
   * signed out here in any case. It must not throw.
   */
  readonly onLogoutError?: ((error: AuthError) => void) | undefined;
}

/**
 * The login machine with its services, for XState users: `useMachine(createAuthMachine(options))`.
 *
 * Create it once, outside of components. Its events carry secrets: `{ type: 'login', credentials: { username, password:
 * secret(…) } }`, `{ type: 'code.submit', code: secret(…) }`. The machine owns the password from then on, and wipes it when the
 * login has ended.
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
      // In the background: the user is signed out at once.
      endSession: ({ context: { session } }) => {
        if (!session) return;
        callLogoutEndpoint(options, session).catch((error) => {
          // Any other error may quote the request.
          options.onLogoutError?.(error instanceof AuthError ? error : new AuthError('interrupted'));
        });
      },
    },
  });
}

/**
 * Loads the code that signs in. A login screen can be shown without it, and it is there before a user has typed a password.
 *
 * @throws {AuthError} `network` if it cannot be loaded.
 */
export const loadTokenService: () => Promise<typeof import('./token-service.ts')> = /* @__PURE__ */ onDemand(
  async () => (await Promise.all([import('./token-service.ts'), loadKy()]))[0],
);
