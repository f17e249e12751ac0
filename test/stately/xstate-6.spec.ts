import { expect, it } from 'vitest';
import { createActor, createAsyncLogic, createMachineFromConfig, waitFor } from 'xstate-6';
import { authMachine } from '../../machines/auth.machine.ts';
import { reveal, secret } from '../../machines/secret.ts';
import type { TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { requestToken } from '../../src/token-service.ts';

type Scope = object & { enq(effect: () => void): void };
type Implementation = (args: Scope) => unknown;

/**
 * The literal as XState 6 takes it: the states as they stand, as JSON. What is a function there is code for it, which an evaluator
 * of ours looks up by its name.
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
    JSON.stringify(config, (key, value) =>
      typeof value === 'function' ? named(`${key} ${functions.size}`, value) : value,
    ),
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
      actors: { requestToken: service, verifyCode: service },
      evaluators: { named: ({ source, scope }) => functions.get(source)?.(scope as Scope) },
    },
  );
}

it('is a literal that the alpha of XState 6 takes, and signs in by', async () => {
  await using emulator = await startEmulator();
  const service = createAsyncLogic<TokenReply, TokenRequest>({
    run: ({ input, signal }) => requestToken({ baseUrl: emulator.baseUrl, appKey: emulator.appKey }, input, signal),
  });
  const actor = createActor(convert(service as never), { input: {} });
  const opened: string[] = [];
  actor.on('session.opened', ({ session, origin }) => opened.push(`${session.username} by ${origin}`));
  actor.start();
  actor.send({ type: 'login', credentials: { username: 'alice', password: secret('alice-demo') } });
  await waitFor(actor, (snapshot) => snapshot.value === 'awaitingCode');
  actor.send({ type: 'code.submit', code: secret((await emulator.nextMessage('alice')).code) });
  const { context } = await waitFor(actor, (snapshot) => snapshot.value === 'authenticated');
  expect(opened).toEqual(['alice by login']);
  expect(reveal(context.session.token)).toMatch(/^[\w+/=]{40,}$/);
  expect(context).toMatchObject({ credentials: null, challenge: null, failure: null });
});
