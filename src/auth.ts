import { type Actor, type ActorOptions, createActor, waitFor } from 'xstate';
import type { authMachine } from '../machines/auth.machine.ts';
import { AuthError } from '../machines/failures.ts';
import { type Secret, secret } from '../machines/secret.ts';
import type { AuthEvent, Session } from '../machines/vocabulary.ts';
import { type AuthOptions, createAuthMachine } from './auth-machine.ts';
import { type AuthState, type SettledState, stateOf } from './auth-state.ts';
import { patientClock } from './patient-clock.ts';

/** Options of {@link createAuth}. */
export interface CreateAuthOptions extends AuthOptions {
  /** A session from an earlier login. A live one starts the machine in `authenticated`, without a request. */
  readonly session?: Session | null | undefined;
  /**
   * The machine to start, if you provide your own actions or services.
   *
   * @default createAuthMachine(options)
   */
  readonly machine?: typeof authMachine | undefined;
  /** Inspects the machine, as XState's `createActor` does. Secrets are opaque to it. */
  readonly inspect?: ActorOptions<typeof authMachine>['inspect'];
  /** Replaces timers in tests: XState's `SimulatedClock`. The current time still comes from `Date`. */
  readonly clock?: ActorOptions<typeof authMachine>['clock'];
}

/**
 * A login and its session.
 *
 * Each method sends one event, and resolves with the state in which the login waits next, which may be `failed`. It rejects with an
 * {@link AuthError}: `wrong-state` if the method is not possible in the current state, which changes nothing, or `interrupted` if the
 * actor is stopped.
 */
export interface Auth {
  /**
   * The running XState actor, for access to the whole machine. `actor.on('session.opened', …)` and `session.closed` report when a
   * session begins and ends, and why. `actor.stop()` stops it.
   */
  readonly actor: Actor<typeof authMachine>;
  /**
   * Signs in, from `idle` or `failed`. If the account has two factors, the server now sends a code. A password that is a `Secret` is
   * owned by the machine from then on, and wiped when the login has ended.
   */
  login(credentials: { readonly username: string; readonly password: string | Secret }): Promise<SettledState>;
  /**
   * Submits what `challenge.kind` requires: a code, a PIN, a new password and so on. From `awaitingCode`. A new password that is a
   * `Secret` is owned by the machine from then on. `choice` goes with a new PIN.
   */
  submitCode(
    code: string | Secret,
    choice?: { readonly imageName?: string; readonly personalPhrase?: string | Secret },
  ): Promise<SettledState>;
  /** Has another code sent, by starting the login over: ETNA has no other call for it. From `awaitingCode`. */
  resendCode(): Promise<SettledState>;
  /** Cancels the login, and aborts the current request. From every state between `login` and its end. */
  cancel(): Promise<SettledState>;
  /** Starts over with the same credentials. From `failed`, if `failure.retryable`. */
  retry(): Promise<SettledState>;
  /** Dismisses a failure. From `failed`. */
  reset(): Promise<SettledState>;
  /**
   * Signs out, and ends the session at the server in the background: `revocation` of the event `session.closed` says how that went. From
   * `authenticated`.
   */
  logout(): Promise<SettledState>;
  /** The current state. The same object until something changes. */
  getSnapshot(): AuthState;
  /** Calls `listener` with the state after each event, until the returned function is called. It must not throw. */
  subscribe(listener: (state: AuthState) => void): () => void;
}

/**
 * Starts the login machine. It waits in `idle`, and sends nothing, until `login` is called.
 *
 * @example
 * ```ts
 * import { createAuth, reveal } from 'etna-auth';
 *
 * const auth = createAuth({ baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' });
 * let step = await auth.login({ username: 'trader', password: '…' });
 * if (step.state === 'awaitingCode') step = await auth.submitCode('123456');
 * if (step.state === 'authenticated') console.log('signed in until', new Date(step.session.expiresAt));
 * if (step.state === 'failed') console.log(step.failure.code, step.failure.reason);
 * ```
 */
export function createAuth(options: CreateAuthOptions): Auth {
  const { session, inspect, clock = patientClock, machine = createAuthMachine(options) } = options;
  const actor = createActor(machine, { input: { session }, clock, ...(inspect && { inspect }) }).start();

  async function settle(event: AuthEvent): Promise<SettledState> {
    const before = actor.getSnapshot();
    if (before.status !== 'active') {
      // In development, XState warns of it: a button that does nothing must not do so in silence.
      actor.send(event);
      throw stopped();
    }
    if (!before.can(event)) {
      throw new AuthError('wrong-state', { detail: `${event.type} is not possible in ${before.value}` });
    }
    actor.send(event);
    // An event sent by a listener is queued, so the snapshot may still be the previous one.
    const after = await waitFor(actor, (snapshot) => snapshot !== before && !snapshot.hasTag('busy')).catch(() => {
      throw stopped();
    });
    // A state that is not busy is settled.
    return stateOf(after) as SettledState;
  }

  return {
    actor,
    login: ({ username, password }) =>
      settle({ type: 'login', credentials: { username, password: concealed(password) } }),
    submitCode: (code, choice) => {
      const { imageName, personalPhrase } = choice ?? {};
      const phrase = personalPhrase === undefined ? undefined : concealed(personalPhrase);
      return settle({ type: 'code.submit', code: concealed(code), choice: { imageName, personalPhrase: phrase } });
    },
    resendCode: () => settle({ type: 'code.resend' }),
    cancel: () => settle({ type: 'cancel' }),
    retry: () => settle({ type: 'retry' }),
    reset: () => settle({ type: 'reset' }),
    logout: () => settle({ type: 'logout' }),
    getSnapshot: () => stateOf(actor.getSnapshot()),
    subscribe: (listener) => actor.subscribe((snapshot) => listener(stateOf(snapshot))).unsubscribe,
  };
}

const concealed = (text: string | Secret): Secret => (typeof text === 'string' ? secret(text) : text);

const stopped = () => new AuthError('interrupted', { detail: 'stopped: make the login outside of components' });
