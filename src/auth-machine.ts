import { fromPromise } from 'xstate';
import { authMachine } from '../machines/auth.machine.ts';
import { AuthError } from '../machines/failures.ts';
import { isAlive, unwrapped } from '../machines/secret.ts';
import type { Expectation, TokenReply, TokenRequest } from '../machines/vocabulary.ts';
import { loaded } from './protocol/exchange.ts';
import { callLogoutEndpoint } from './protocol/logout-endpoint.ts';
import type { ProtocolOptions } from './protocol/options.ts';
import type { Decision } from './protocol/reply.ts';
import { isSetUp } from './protocol/steps.ts';
import { callTokenEndpoint } from './protocol/token-endpoint.ts';

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
  const service = fromPromise<TokenReply, TokenRequest>(({ input, signal }) => signIn(options, input, signal));
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

const defaultLifetime = 24 * 60 * 60 * 1000;

const requests = new WeakSet<TokenRequest>();

// XState runs a service again when a snapshot is restored. A snapshot that was stored comes back with dead secrets; one that
// stayed in memory comes back with the very same request.
function isSpent(request: TokenRequest): boolean {
  const spent = requests.has(request);
  requests.add(request);
  return spent;
}

/**
 * Makes the request that the machine asks for, or none where it was made already.
 *
 * @throws {AuthError} for everything but a session or a challenge.
 */
export async function signIn(options: AuthOptions, request: TokenRequest, signal: AbortSignal): Promise<TokenReply> {
  const { credentials, challenge, code, choice } = request;
  if (credentials?.password === unwrapped) throw notWrapped('credentials.password of the event "login"');
  if (code === unwrapped) throw notWrapped('code of the event "code.submit"');
  const phrase = choice?.personalPhrase;
  if (phrase === unwrapped) throw notWrapped('choice.personalPhrase of the event "code.submit"');
  const secrets = [
    credentials?.password,
    ...(challenge ? [challenge.interimToken, code] : []),
    ...(phrase ? [phrase] : []),
  ];
  if (isSpent(request) || !credentials || !secrets.every(isAlive)) throw new AuthError('interrupted');
  // The clock starts before the call: a session must never be taken to last longer than it does.
  const issuedAt = Date.now();
  if (challenge && code && isSetUp(challenge.kind)) {
    const { setUpAccount } = await loadAccountSetup();
    return setUpAccount(options, credentials, challenge, code, choice, signal);
  }
  const decision = await callTokenEndpoint(options, credentials, challenge && code && { challenge, code }, signal);
  if (decision.type === 'expecting')
    return { type: decision.type, expectation: await completed(decision, options, signal) };
  const expiresAt = issuedAt + (options.sessionLifetime ?? defaultLifetime);
  const { username } = credentials;
  return { type: decision.type, session: { username, token: decision.token, issuedAt, expiresAt } };
}

/** A challenge with what the options and the server have to add to it. */
async function completed(
  { expectation, bearer }: Extract<Decision, { type: 'expecting' }>,
  options: AuthOptions,
  signal: AbortSignal,
): Promise<Expectation> {
  const { maxAttempts } = options;
  if (expectation.kind !== 'new-pin') return { ...expectation, maxAttempts };
  const { loadImages } = await loadAccountSetup();
  return { ...expectation, maxAttempts, images: await loadImages(options, bearer, signal) };
}

const loadAccountSetup = () => loaded(() => import('./protocol/account-setup.ts'));

const notWrapped = (place: string) =>
  new AuthError('invalid-input', { detail: `${place}: not a Secret; wrap the text: secret('…')` });
