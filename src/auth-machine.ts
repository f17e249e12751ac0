import { authMachine, defaultMaxAttempts, hasAttemptsLeft } from '../machines/auth.machine.ts';
import type { ProtocolOptions } from './protocol/options.ts';
import { createServices } from './services.ts';

/** How to sign in to a broker's ETNA Trader. */
export interface AuthOptions extends ProtocolOptions {
  /** How often a challenge may be answered before the login fails, where the server asks again. 3 by default. */
  readonly maxAttempts?: number | undefined;
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
 * const actor = createActor(machine).start();
 * actor.send({ type: 'login', credentials: { username: 'trader', password: secret('…') } });
 * ```
 */
export function createAuthMachine(options: AuthOptions): typeof authMachine {
  return authMachine.provide({
    actors: createServices(options),
    guards: { hasAttemptsLeft: (situation) => hasAttemptsLeft(options.maxAttempts ?? defaultMaxAttempts, situation) },
  });
}
