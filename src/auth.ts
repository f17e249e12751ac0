import { type Actor, type ActorOptions, createActor, waitFor } from 'xstate';
import type { authMachine } from '../machines/auth.machine.ts';
import { AuthError } from '../machines/failures.ts';
import { type Secret, secret } from '../machines/secret.ts';
import type { AuthEvent, Session } from '../machines/vocabulary.ts';
import { type AuthOptions, createAuthMachine } from './auth-machine.ts';
import { type AuthState, type SettledState, stateOf } from './auth-state.ts';

/** How to start a login. */
export interface CreateAuthOptions extends AuthOptions {
  /** A session from an earlier login. A live one starts the machine in `authenticated`, without a request. */
  readonly session?: Session | null | undefined;
  /** The machine to start, with actions or services of your own. `createAuthMachine(options)` unless told. */
  readonly machine?: typeof authMachine | undefined;
  /** Watches the machine, as XState's actors are inspected. Secrets stay opaque in whatever it sees. */
  readonly inspect?: ActorOptions<typeof authMachine>['inspect'];
  /** Stands in for timers in tests: XState's `SimulatedClock`. What time it is, `Date` tells. */
  readonly clock?: ActorOptions<typeof authMachine>['clock'];
}

/**
 * A login, and the session that it leads to.
 *
 * Each verb sends one event and resolves with the state in which the login comes to rest, be it a failure. It rejects with an
 * {@link AuthError}: `wrong-state` where the verb has no meaning, which changes nothing, or `interrupted` when the actor was
 * stopped.
 */
export interface Auth {
  /**
   * The running XState actor, for whoever wants the whole machine. `actor.on('session.opened', …)` and `session.closed` tell of
   * what happens once, with the session and why. `actor.stop()` ends it.
   */
  readonly actor: Actor<typeof authMachine>;
  /**
   * Signs in: from `idle` and `failed`. Where the account has two factors, the server now sends a code. A password that is a
   * `Secret` is taken over, and wiped when the login is through.
   */
  login(credentials: { readonly username: string; readonly password: string | Secret }): Promise<SettledState>;
  /**
   * Answers the challenge of `awaitingCode`: with a code, a PIN, or what `challenge.kind` asks for. A new password that is a
   * `Secret` is taken over. `choice` goes with a new PIN.
   */
  submitCode(
    code: string | Secret,
    choice?: { readonly imageName?: string; readonly personalPhrase?: string | Secret },
  ): Promise<SettledState>;
  /** Has another code sent, by starting the login over: no other call does. From `awaitingCode`. */
  resendCode(): Promise<SettledState>;
  /** Gives up, and aborts a call under way: from every state between `login` and its end. */
  cancel(): Promise<SettledState>;
  /** Starts over with the same credentials: from `failed`, where `failure.retryable`. */
  retry(): Promise<SettledState>;
  /** Puts a failure away. From `failed`. */
  reset(): Promise<SettledState>;
  /** Forgets the session, and tells the server, which nobody waits for: `onLogoutError` hears where that failed. From `authenticated`. */
  logout(): Promise<SettledState>;
  /** Where the login stands. The same object until something changes. */
  getSnapshot(): AuthState;
  /** Calls back with the state at each event, until the returned function is called. It must not throw. */
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
    // A verb that is called by a listener is queued, so that the snapshot may still be the one before.
    const after = await waitFor(actor, (snapshot) => snapshot !== before && !snapshot.hasTag('busy')).catch(() => {
      throw stopped();
    });
    // Whatever is not busy is settled.
    return stateOf(after) as SettledState;
  }

  return {
    actor,
    login: ({ username, password }) =>
      settle({ type: 'login', credentials: { username, password: concealed(password) } }),
    submitCode: (code, { imageName, personalPhrase } = {}) =>
      settle({
        type: 'code.submit',
        code: concealed(code),
        choice: { imageName, personalPhrase: personalPhrase === undefined ? undefined : concealed(personalPhrase) },
      }),
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

// The timer of a session must not keep a program alive that has nothing else to do.
const patientClock: NonNullable<CreateAuthOptions['clock']> = {
  setTimeout(callback, milliseconds) {
    const timer: unknown = setTimeout(callback, milliseconds);
    // Only Node's timers have it; a browser's are numbers.
    (timer as { unref?(): void }).unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer),
};
