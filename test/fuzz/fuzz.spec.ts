import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { failures } from '../../machines/failures.ts';
import { createAuth } from '../../src/auth.ts';
import type { AuthState } from '../../src/auth-state.ts';
import { createEmulator } from '../../src/testing/index.ts';
import { replies } from './replies.ts';

// `npm run fuzz` sets these: how many times as long, and which run to see again.
const times = Number(process.env.FUZZ_TIMES ?? 1);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const path = process.env.FUZZ_PATH ?? '';
console.log(`fuzz: FUZZ_SEED=${seed}${path && ` FUZZ_PATH=${path}`}`);
const run = (numRuns: number) => ({ seed, ...(path && { path }), numRuns: numRuns * times, endOnFailure: times === 1 });
const patience = 60_000 * times;
// A longer run is left to CI.
const tags = times === 1 ? [] : ['exhaustive'];

const password = 'canary-password';
const code = 'canary-code';
const states = ['idle', 'requestingToken', 'awaitingCode', 'verifyingCode', 'authenticated', 'failed'];

/** What must hold of a login at any time, whatever it met. */
function expectSound(state: AuthState, ...confided: string[]): void {
  expect(states).toContain(state.state);
  const text = `${JSON.stringify(state)} ${inspect(state, { depth: 9, showHidden: true })}`;
  for (const canary of confided) expect(text).not.toContain(canary);
  if (state.state !== 'failed') return;
  const { code: failureCode, step, reason, detail } = state.failure;
  expect(Object.keys(failures)).toContain(failureCode);
  expect(failureCode).not.toBe('unexpected');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  for (const words of [step, reason, detail]) expect(words ?? '').not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
}

let emulator = createEmulator({ loginsPerMinute: false });
const options = {
  baseUrl: 'https://etna.test/api',
  appKey: emulator.appKey,
  timeout: 1_000,
  fetch: ((...request) => emulator.fetch(...request)) as typeof fetch,
};

/** A login against a server of its own that answers what it is told, by the same `fetch` that a page would use. */
function openLogin() {
  emulator = createEmulator({ loginsPerMinute: false, appKey: options.appKey });
  return { emulator, auth: createAuth(options) };
}

describe('with any reply of a server', { tags }, () => {
  it(
    'to the password, the login is in a named state, tells no secret, and gets back to idle',
    async () => {
      await fc.assert(
        fc.asyncProperty(replies({ password, code }), async (reply) => {
          const { emulator, auth } = openLogin();
          emulator.answerNext(reply);
          expectSound(await auth.login({ username: 'bob', password }), password);
          const { actor } = auth;
          for (const type of ['cancel', 'logout', 'reset'] as const) actor.send({ type });
          expect(actor.getSnapshot().value).toBe('idle');
          actor.stop();
        }),
        run(1_000),
      );
    },
    patience,
  );

  it(
    'to the code, too',
    async () => {
      await fc.assert(
        fc.asyncProperty(replies({ password, code }), async (reply) => {
          const { emulator, auth } = openLogin();
          emulator.answerNext(
            { status: 202, body: { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' } },
            reply,
          );
          await auth.login({ username: 'bob', password });
          const state = await auth.submitCode(code);
          expectSound(state);
          // One that lacks a PIN is offered pictures to choose from.
          expect(emulator.requests.filter(({ path }) => path === '/api/token')).toHaveLength(2);
          auth.actor.stop();
        }),
        run(1_000),
      );
    },
    patience,
  );
});

describe('with any events in any order', { tags }, () => {
  type Act = (login: ReturnType<typeof openLogin>) => unknown;
  const acts: Record<string, Act> = {
    login: ({ auth }) => auth.login({ username: 'alice', password: 'alice-demo' }),
    'a wrong login': ({ auth }) => auth.login({ username: 'alice', password }),
    'an empty login': ({ auth }) => auth.login({ username: '', password: '' }),
    'a wrong code': ({ auth }) => auth.submitCode(code),
    'the right code': ({ auth, emulator }) => auth.submitCode(emulator.inbox('alice').at(-1)?.code ?? code),
    'an unsendable code': ({ auth }) => auth.submitCode(`${code}\n`),
    resend: ({ auth }) => auth.resendCode(),
    cancel: ({ auth }) => auth.cancel(),
    retry: ({ auth }) => auth.retry(),
    reset: ({ auth }) => auth.reset(),
    logout: ({ auth }) => auth.logout(),
    check: ({ auth }) => auth.actor.send({ type: 'session.check' }),
    rejection: ({ auth }) => auth.actor.send({ type: 'session.rejected' }),
    'dead tickets': ({ emulator }) => emulator.expireTickets(),
    'a server error': ({ emulator }) => emulator.answerNext({ status: 500 }),
    'a reset': ({ emulator }) => emulator.answerNext({ reset: true }),
    'a slow answer': ({ emulator }) => emulator.answerNext({ asUsual: true, delay: 3 }),
    'a moment': () => new Promise((resolve) => setImmediate(resolve)),
  };
  const requesting = [
    'login',
    'a wrong login',
    'an empty login',
    'a wrong code',
    'the right code',
    'an unsendable code',
    'resend',
    'retry',
  ];

  it(
    'the login is in a named state, tells no secret, asks no more than it was asked for, and gets back to idle',
    async () => {
      const act = fc.record({ name: fc.constantFrom(...Object.keys(acts)), waits: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 20 }), async (script) => {
          const login = openLogin();
          const outcomes: Promise<unknown>[] = [];
          for (const { name, waits } of script) {
            const outcome = Promise.resolve(acts[name]?.(login)).catch((error: { code?: string }) => {
              expect(error.code).toBe('wrong-state');
            });
            outcomes.push(outcome);
            if (waits) await outcome;
            expectSound(login.auth.getSnapshot(), password, code, 'alice-demo');
          }
          await Promise.all(outcomes);
          const calls = script.filter(({ name }) => requesting.includes(name)).length;
          // A logout is told to the server when nobody waits any more, be it the next one.
          const asked = login.emulator.requests.filter(({ path }) => path === '/api/token');
          expect(asked.length).toBeLessThanOrEqual(calls);

          const { actor } = login.auth;
          for (const type of ['cancel', 'logout', 'reset'] as const) actor.send({ type });
          const { value } = await waitFor(actor, (snapshot) => !snapshot.hasTag('busy'));
          expect(value).toBe('idle');
          actor.stop();
        }),
        run(400),
      );
    },
    patience,
  );
});
