import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createWebSocketInspector } from '@statelyai/inspect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { type AnyStateMachine, createActor, createMachine, fromPromise, type InspectionEvent } from 'xstate';
import { authMachine, createAuthMachine, type TokenReply } from '../../src/index.ts';
import { type Inspect, redactedInspect } from '../../src/inspect/index.ts';
import { answers } from '../../src/testing/portable.ts';
import { textsIn } from '../texts-in.ts';
import { canaries, endings, signInWatched } from './watched-login.ts';

const { username, password, code, sessionToken, words } = canaries;

const expectNoCanary = (text: string) => {
  for (const canary of Object.values(canaries)) expect(text).not.toContain(canary);
};

describe('an inspector behind a WebSocket', () => {
  let server: WebSocketServer;
  let received: string[];
  beforeAll(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket) => socket.on('message', (message) => received.push(String(message))));
    await once(server, 'listening');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const connect = () => {
    received = [];
    return createWebSocketInspector({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` });
  };
  const snapshots = () =>
    received.map((text) => JSON.parse(text)).flatMap(({ snapshot }) => (snapshot?.value ? [snapshot] : []));

  it.each(Object.entries(endings))('sees a login end with %s, and no more than that', async (_, ending) => {
    const inspector = connect();
    const auth = await signInWatched(ending.answer, { inspect: redactedInspect(inspector.inspect) });
    await expect.poll(() => snapshots().at(-1)?.value).toBe(ending.state);
    inspector.stop();
    auth.actor.stop();
    expect(snapshots().map(({ value }) => value)).toEqual(
      expect.arrayContaining(['idle', 'requestingToken', 'awaitingCode', 'verifyingCode']),
    );
    expect(snapshots().at(-1)?.context.failure?.code).toBe(ending.code);
    expectNoCanary(received.join('\n'));
  });

  it('is shown the whole chart', async () => {
    const inspector = connect();
    const auth = await signInWatched(answers.serverError, { inspect: redactedInspect(inspector.inspect) });
    await expect.poll(() => snapshots().at(-1)?.value).toBe('failed');
    inspector.stop();
    auth.actor.stop();
    const [{ definition, name }] = received.map((text) => JSON.parse(text));
    const drawn = createMachine(JSON.parse(definition));
    const waysOf = (machine: AnyStateMachine) =>
      [machine.root, ...Object.values(machine.states)]
        .flatMap(({ key, always, transitions }) =>
          [...(always ?? []), ...[...transitions.values()].flat()].map(({ eventType, guard, target, actions }) =>
            JSON.stringify([key, eventType, guard, target?.map((state) => state.key), actions]),
          ),
        )
        // The inspector sorts what it is given.
        .sort();
    expect(name).toBe('auth');
    expect(waysOf(drawn)).toEqual(waysOf(authMachine));
  });

  it('would see secrets of the server’s words without it', async () => {
    const inspector = connect();
    const auth = await signInWatched(endings.refusal?.answer ?? {}, { inspect: inspector.inspect });
    await expect.poll(() => received.join('\n')).toContain(username);
    inspector.stop();
    auth.actor.stop();
  });
});

describe('any inspector', () => {
  const watch = () => {
    const texts: string[] = [];
    const events: InspectionEvent[] = [];
    const inspect: Inspect = redactedInspect((event) => {
      events.push(event);
      texts.push(...textsIn(event));
      // Before that, XState has none to give.
      if (event.type === '@xstate.snapshot') texts.push(...textsIn(event.actorRef.getSnapshot()));
    });
    return { inspect, events, seen: () => texts.join('\n') };
  };
  /** A service that was written by somebody else, and is not careful. */
  const machineWith = (requestToken: () => Promise<unknown>) =>
    authMachine.provide({
      actors: { requestToken: fromPromise(requestToken as () => Promise<TokenReply>) },
    });
  const failure = { code: password, step: code, reason: words, detail: words, retryable: words, retryAfter: words };

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'throws an error that quotes the password',
      () => Promise.reject(new Error(`no login with ${password}`)),
      'failed',
    ],
    [
      'throws an error of its own making',
      () => Promise.reject({ name: words, cause: { password, [code]: 1 } }),
      'failed',
    ],
    ['throws a text', () => Promise.reject(password), 'failed'],
    ['fails with words in all places', async () => ({ type: 'failed', failure }), 'failed'],
    ['resolves with a plain text', async () => password, 'failed'],
    [
      'resolves with tokens that are no secrets',
      async () => ({ type: 'succeeded', session: { username, token: sessionToken, issuedAt: words, expiresAt: 0 } }),
      'failed',
    ],
    [
      'asks with words in all places',
      async () => ({ type: 'expecting', expectation: { kind: words, step: words, reason: words, interimToken: code } }),
      'awaitingCode',
    ],
  ])('sees nothing of a service that %s', async (_, service, state) => {
    const { inspect, seen } = watch();
    const auth = createActor(machineWith(service), { inspect }).start();
    // Not even concealed, as JavaScript would let pass.
    auth.send({ type: 'login', credentials: { username, password: password as never } });
    await expect.poll(() => auth.getSnapshot().value).toBe(state);
    auth.stop();
    expect(seen()).toContain('requestToken');
    expectNoCanary(seen());
  });

  it('sees nothing of a snapshot that is restored', () => {
    const { inspect, seen } = watch();
    const credentials = { username, password };
    const challenge = { kind: 'code', step: words, reason: words, interimToken: code, attempt: words, problem: words };
    const input = { credentials, challenge, code };
    const snapshot = {
      ...createActor(authMachine).getPersistedSnapshot(),
      value: 'verifyingCode',
      context: { credentials, challenge, session: null, failure: null, [password]: password },
      children: {
        verifyCode: { src: 'verifyCode', snapshot: { status: 'active', input, output: undefined, error: undefined } },
      },
    };
    const auth = createActor(createAuthMachine({ baseUrl: 'https://etna.test/api', appKey: 'key' }), {
      inspect,
      snapshot,
    });
    auth.start();
    expect(auth.getSnapshot().context.credentials?.username).toBe(username);
    auth.stop();
    expect(seen()).toContain('verifyingCode');
    expectNoCanary(seen());
  });

  it('sees a login inside a user’s machine, but not that machine’s data', () => {
    const { inspect, seen, events } = watch();
    const app = createMachine({
      id: 'app',
      context: { password, session: { token: sessionToken, expiresAt: words }, failure: password },
      meta: { password },
      output: { password },
      entry: { type: 'greet', params: { password } },
      initial: 'open',
      states: {
        open: {
          tags: 'quiet',
          initial: 'form',
          meta: { password },
          states: { form: { invoke: { id: 'login', src: authMachine, input: { session: null, [password]: code } } } },
          on: { leave: { target: 'closed', meta: { password }, guard: { type: 'may', params: { password } } } },
        },
        closed: { type: 'final', output: { password } },
      },
    });
    const actor = createActor(app.provide({ guards: { may: () => true }, actions: { greet: () => {} } }), {
      inspect,
      input: { password },
    });
    actor.start();
    actor.send({ type: 'leave', [password]: password, output: { password } });
    expect(actor.getSnapshot().status).toBe('done');
    expectNoCanary(seen());
    for (const word of ['app', 'open', 'form', 'login', 'idle', 'quiet', 'leave', 'may', 'greet', 'closed']) {
      expect(seen()).toContain(word);
    }
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['@xstate.actor', '@xstate.event', '@xstate.snapshot', '@xstate.microstep', '@xstate.action']),
    );
  });

  it('accepts undefined tables in a user’s machine, as XState does', () => {
    const { inspect, seen } = watch();
    const app = createMachine({
      id: 'app',
      initial: 'open',
      on: undefined,
      states: { open: { on: undefined } },
    } as never);
    createActor(app, { inspect }).start().stop();
    expect(seen()).toContain('open');
  });

  it('gets one placeholder per actor, and cannot send through it', () => {
    const { inspect, events } = watch();
    const auth = createActor(authMachine, { inspect }).start();
    auth.send({ type: 'reset' });
    expect(new Set(events.map(({ actorRef }) => actorRef)).size).toBe(1);
    events[0]?.actorRef.send({ type: 'login', credentials: { username, password } });
    expect(auth.getSnapshot().value).toBe('idle');
  });

  it('may be an observer', () => {
    const next = vi.fn();
    createActor(authMachine, { inspect: redactedInspect({ next }) }).start();
    expect(next).toHaveBeenCalledWith(expect.objectContaining({ type: '@xstate.snapshot' }));
    expect(() => createActor(authMachine, { inspect: redactedInspect({}) }).start()).not.toThrow();
  });
});
