import { expect, it } from 'vitest';
import { createActor, createAsyncLogic, createMachineFromConfig, waitFor } from 'xstate-6';
import { authMachine } from '../../machines/auth.machine.ts';
import { isAlive, reveal, secret } from '../../machines/secret.ts';
import type { TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { requestToken } from '../../src/token-service.ts';

type Scope = object & { enq(effect: () => void): void };
type Implementation = (args: Scope) => unknown;

/**
 * The literal as XState 6 takes it: the states as they stand, as JSON. The input of a service is code for it, which an evaluator of
 * ours looks up by its name. Any other function in a state has no place in JSON, and is refused.
 */
function convert(service: ReturnType<typeof createAsyncLogic>) {
  const functions = new Map<string, Implementation>();
  const named = (name: string, implementation: unknown) => {
    // Whatever XState 5 keeps under a name is called by the shape that XState 6 has for it.
    functions.set(name, implementation as Implementation);
    return { '@code': name, '@lang': 'named' };
  };
  const { context, ...config } = authMachine.config;
  const states = JSON.parse(
    JSON.stringify(config, (key, value) => {
      if (typeof value !== 'function') return value;
      if (key !== 'input') throw new Error(`A function in the literal: "${key}".`);
      return named(`${key} ${functions.size}`, value);
    }),
  );
  const actions = Object.fromEntries(
    Object.entries(authMachine.implementations.actions).map(([name, action = () => {}]) => {
      if ('assignment' in action) {
        const { assignment } = action;
        const patch = typeof assignment === 'function' ? named(name, assignment) : assignment;
        return [name, { type: '@xstate.assign', context: patch as object }];
      }
      if ('event' in action) return [name, { type: '@xstate.emit', event: named(name, action.event) as object }];
      // Such an action gets nothing but parameters from XState 6, where code gets all.
      return [name, named(name, (args: Scope) => args.enq(() => (action as Implementation)(args)))];
    }),
  );
  return createMachineFromConfig(
    { ...states, context: named('context', context), actions },
    {
      guards: authMachine.implementations.guards as Record<string, (args: object) => boolean>,
      delays: authMachine.implementations.delays as Record<string, (args: object) => number>,
      // Nobody waits here.
      actors: { requestToken: service, awaitTurn: service, verifyCode: service },
      evaluators: { named: ({ source, scope }) => functions.get(source)?.(scope as Scope) },
    },
  );
}

it('is a literal that the alpha of XState 6 takes, and signs in and out by', async () => {
  await using emulator = await startEmulator();
  const service = createAsyncLogic<TokenReply, TokenRequest>({
    run: ({ input, signal }) => requestToken({ baseUrl: emulator.baseUrl, appKey: emulator.appKey }, input, signal),
  });
  const actor = createActor(convert(service as never), { input: {} });
  const told: string[] = [];
  actor.on('session.opened', ({ session, origin }) => told.push(`${session.username} signed in by ${origin}`));
  actor.on('session.closed', ({ session, reason }) => told.push(`${session.username} signed out by ${reason}`));
  actor.start();
  const password = secret('alice-demo');
  actor.send({ type: 'login', credentials: { username: 'alice', password } });
  await waitFor(actor, (snapshot) => snapshot.value === 'awaitingCode');
  actor.send({ type: 'code.submit', code: secret((await emulator.nextMessage('alice')).code) });
  const { context } = await waitFor(actor, (snapshot) => snapshot.value === 'authenticated');
  expect(reveal(context.session.token)).toMatch(/^[\w+/=]{40,}$/);
  expect(context).toMatchObject({ credentials: null, challenge: null, failure: null });
  expect(isAlive(password)).toBe(false);
  actor.send({ type: 'logout' });
  expect(actor.getSnapshot()).toMatchObject({ value: 'idle', context: { session: null } });
  expect(told).toEqual(['alice signed in by login', 'alice signed out by logout']);
});
