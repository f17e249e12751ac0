import { enqueueActions, fromPromise } from 'xstate';
import { authMachine } from '../machines/auth.machine.ts';
import { AuthError, type AuthFailure } from '../machines/failures.ts';
import type { Credentials, Session, TokenReply, TokenRequest } from '../machines/vocabulary.ts';
import { onDemand } from './protocol/on-demand.ts';
import type { ProtocolOptions } from './protocol/options.ts';

/** Options for signing in to a broker's ETNA Trader. */
export interface AuthOptions extends ProtocolOptions {
  /**
   * How many codes may be rejected before the login fails, if the server allows that many.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
}

/**
 * The login machine with its services, for XState users: `useMachine(createAuthMachine(options))`.
 *
 * Create it once, outside of components: only the same object of options has the same machine again. Its events carry secrets: `{ type:
 * 'login', credentials: { username, password: secret(…) } }`, `{ type: 'code.submit', code: secret(…) }`. The machine owns the password
 * from then on, and wipes it when the login has ended.
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
  const machine =
    machines.get(options) ??
    provideServices({
      requestToken: async (request, signal) => (await loadTokenService()).requestToken(options, request, signal),
      revoke: async (session) => (await loadTokenService()).callLogoutEndpoint(options, session),
    });
  machines.set(options, machine);
  return machine;
}

/** XState processes the whole chart for each machine, so a program that signs many users in must not make one for each. */
const machines = /* @__PURE__ */ new WeakMap<AuthOptions, typeof authMachine>();

/** How a host does what the machine asks for. */
export interface HostServices {
  /** Makes the request for the password, or for the response to a challenge. */
  requestToken(request: TokenRequest, signal: AbortSignal): Promise<TokenReply>;
  /** Waits for the end of another login to the account. Only needed if `requestToken` replies `waiting`. */
  awaitTurn?(credentials: Credentials | null, signal: AbortSignal): Promise<void>;
  /** Ends a session at the server. */
  revoke(session: Session): Promise<void>;
}

type EndSession = NonNullable<NonNullable<Parameters<typeof authMachine.provide>[0]['actions']>['endSession']>;

/** The login machine with the services of a host. */
export function provideServices({ requestToken, awaitTurn, revoke }: HostServices): typeof authMachine {
  const service = fromPromise<TokenReply, TokenRequest>(({ input, signal }) => requestToken(input, signal));
  const turn = awaitTurn && fromPromise<void, Credentials | null>(({ input, signal }) => awaitTurn(input, signal));
  const endSession: EndSession = enqueueActions(({ context, enqueue }) => {
    const session = context.session as Session;
    const revocation = new Promise<AuthFailure | null>((resolve) => {
      // In the background: the user is signed out at once.
      enqueue(() => {
        revoke(session).then(
          () => resolve(null),
          // Any other error may quote the request.
          (error) => resolve((error instanceof AuthError ? error : new AuthError('interrupted')).failure),
        );
      });
    });
    enqueue.emit({ type: 'session.closed', session, reason: 'logout', revocation });
  });
  return authMachine.provide({
    actors: { requestToken: service, verifyCode: service, ...(turn && { awaitTurn: turn }) },
    actions: { endSession },
  });
}

/**
 * Loads the code that sends requests. A login screen can be shown without it, and it is there before a user has typed a password.
 *
 * @throws {AuthError} `network` if it cannot be loaded.
 */
export const loadTokenService: () => Promise<typeof import('./token-service.ts')> = /* @__PURE__ */ onDemand(
  () => import('./token-service.ts'),
);
