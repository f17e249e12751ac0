import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ActorRefFrom, assign, createActor, type EventObject, fromCallback, sendTo, setup, waitFor } from 'xstate';
import type { authMachine } from '../machines/auth.machine.ts';
import { secret } from '../machines/secret.ts';
import type { AuthEmitted, AuthEvent, Session } from '../machines/vocabulary.ts';
import { createAuthMachine } from '../src/auth-machine.ts';
import { type RunningEmulator, startEmulator } from '../src/testing/index.ts';

let emulator: RunningEmulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

const signIn = () => ({ type: 'login', credentials: { username: 'bob', password: secret('bob-demo') } }) as const;

/** A machine that follows a login by its snapshots, as the docs have it. */
function createApp(session: Session | null = null) {
  return setup({
    types: { context: {} as { session: Session | null }, events: {} as AuthEvent | { type: 'close' } },
    actors: { login: createAuthMachine({ baseUrl: emulator.baseUrl, appKey: emulator.appKey }) },
    actions: { forward: sendTo('login', ({ event }) => event) },
  }).createMachine({
    context: { session: null },
    initial: 'open',
    states: {
      open: {
        invoke: {
          src: 'login',
          id: 'login',
          input: { session },
          onSnapshot: { actions: assign({ session: ({ event }) => event.snapshot.context.session }) },
        },
        on: { close: 'closed', '*': { actions: 'forward' } },
      },
      closed: {},
    },
  });
}

const openSession = (): Session => ({
  username: 'bob',
  token: secret('a token'),
  issuedAt: Date.now(),
  expiresAt: Date.now() + 60_000,
});

describe('a login as the child of another machine', () => {
  it('takes the events that the parent forwards, and tells of itself by its snapshots', async () => {
    const app = createActor(createApp()).start();
    app.send(signIn());
    const { context } = await waitFor(app, (snapshot) => snapshot.context.session !== null);
    expect(context.session?.username).toBe('bob');
    app.send({ type: 'logout' });
    expect(app.getSnapshot().context.session).toBeNull();
  });

  it('shows a session that it starts with at once', () => {
    const app = createActor(createApp(openSession())).start();
    expect(app.getSnapshot().context.session?.username).toBe('bob');
  });

  it('ends with the state that invokes it, and its call with it', async () => {
    emulator.answerNext({ silent: true });
    const app = createActor(createApp()).start();
    const { login } = app.getSnapshot().children;
    app.send(signIn());
    await expect.poll(() => emulator.requests).toHaveLength(1);
    app.send({ type: 'close' });
    expect(login?.getSnapshot().status).toBe('stopped');
    await expect.poll(() => emulator.requests[0]).toMatchObject({ status: null, duration: expect.any(Number) });
  });

  it('comes back without its secrets, and finds its session over at the first check', () => {
    const token = openSession();
    const app = createActor(createApp(token)).start();
    const stored = JSON.stringify(app.getPersistedSnapshot());
    expect(stored).not.toContain('a token');
    const revived = createActor(createApp(), { snapshot: JSON.parse(stored) }).start();
    revived.send({ type: 'session.check' });
    expect(revived.getSnapshot().context.session).toBeNull();
    expect(revived.getSnapshot().children.login?.getSnapshot().context.failure?.code).toBe('session-expired');
  });

  it('emits to a callback beside it, which sends on what it hears', async () => {
    const heard: string[] = [];
    const relay = fromCallback<EventObject, ActorRefFrom<typeof authMachine>>(({ input: login, sendBack }) => {
      const opened = login.on('session.opened', sendBack);
      const closed = login.on('session.closed', sendBack);
      return () => {
        opened.unsubscribe();
        closed.unsubscribe();
      };
    });
    const app = setup({
      types: { context: {} as { login: ActorRefFrom<typeof authMachine> }, events: {} as AuthEmitted },
      actors: { login: createAuthMachine({ baseUrl: emulator.baseUrl, appKey: emulator.appKey }), relay },
    }).createMachine({
      context: ({ spawn }) => ({ login: spawn('login') }),
      invoke: { src: 'relay', input: ({ context }) => context.login },
      on: {
        'session.opened': { actions: ({ event }) => heard.push(`${event.type} by ${event.origin}`) },
        'session.closed': { actions: ({ event }) => heard.push(`${event.type} by ${event.reason}`) },
      },
    });
    const { login } = createActor(app).start().getSnapshot().context;
    login.send(signIn());
    await waitFor(login, (snapshot) => snapshot.matches('authenticated'));
    login.send({ type: 'logout' });
    expect(heard).toEqual(['session.opened by login', 'session.closed by logout']);
  });
});
