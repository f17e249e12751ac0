// The login as a program anywhere would use it, against an emulator: in the same program, and over HTTP where `baseUrl` tells of
// one. Plain JavaScript that knows of no test runner, since not every host has one. Resolves with what did not hold.

import { AuthError, bearer, createAuth, createAuthMachine, reveal, secret } from 'etna-auth';
import { createBrowserAuth } from 'etna-auth/browser';
import { redactedInspect } from 'etna-auth/inspect';
import { explain } from 'etna-auth/messages';
import { createSecureStore, openNativeAuth } from 'etna-auth/native';
import { createApiClient, createMemoryStore, openAuth } from 'etna-auth/session';
import { answers, createAuthTestModel, createEmulator } from 'etna-auth/testing';
import { createActor, waitFor } from 'xstate';

const code = '123456';
const password = (username) => `${username}-demo`;

/** Each assertion by its name. One that takes `script` has the emulator answer out of order, and so needs one of its own. */
const assertions = {
  async 'signs in by a password alone'({ auth }) {
    const step = await auth.login({ username: 'bob', password: password('bob') });
    equal(step.state, 'authenticated');
    equal(bearer(step.session), `Bearer ${reveal(step.session.token)}`);
  },
  async 'signs in by a code'({ auth }) {
    const step = await auth.login({ username: 'alice', password: password('alice') });
    equal([step.state, step.challenge.kind, step.challenge.attempt], ['awaitingCode', 'code', 1]);
    equal((await auth.submitCode(code)).state, 'authenticated');
  },
  async 'signs in by a code and a PIN'({ auth }) {
    await auth.login({ username: 'carol', password: password('carol') });
    equal((await auth.submitCode(code)).challenge?.kind, 'pin');
    equal((await auth.submitCode('2468')).state, 'authenticated');
  },
  async 'asks again after a wrong code'({ auth }) {
    await auth.login({ username: 'alice', password: password('alice') });
    const { challenge } = await auth.submitCode('000000');
    equal([challenge.problem, challenge.attempt], ['invalid-code', 2]);
    equal((await auth.submitCode(code)).state, 'authenticated');
  },
  async 'names a refusal'({ auth }) {
    const { failure } = await auth.login({ username: 'bob', password: 'wrong' });
    equal(failure.code, 'invalid-credentials');
    equal(explain(failure).startsWith('The user name or the password is wrong.'), true);
  },
  async 'calls the API with the session'({ auth, options }) {
    await auth.login({ username: 'bob', password: password('bob') });
    const { Login } = await createApiClient(auth, options).get('v1.0/users/@me/info').json();
    equal(Login, 'bob');
  },
  async 'makes no call without a session'({ auth, options }) {
    const error = await createApiClient(auth, options)
      .get('v1.0/users/@me/info')
      .then(
        () => null,
        (error) => error,
      );
    equal([error instanceof AuthError, error.code], [true, 'not-signed-in']);
  },
  async 'signs out'({ auth }) {
    await auth.login({ username: 'bob', password: password('bob') });
    equal((await auth.logout()).state, 'idle');
  },
  async 'gives up while a request is under way'({ auth, script }) {
    script({ silent: true });
    const login = auth.login({ username: 'alice', password: password('alice') });
    equal((await auth.cancel()).state, 'idle');
    equal((await login).state, 'idle');
  },
  async 'gives up after its timeout'({ create, script }) {
    script({ silent: true });
    const { failure } = await create({ timeout: 100 }).login({ username: 'bob', password: password('bob') });
    equal(failure.code, 'timeout');
  },
  async 'refuses a redirect'({ auth, script }) {
    script({ status: 302, headers: { Location: 'https://elsewhere.example/token' } });
    equal((await auth.login({ username: 'bob', password: password('bob') })).failure.code, 'redirected');
  },
  async 'refuses what is no answer'({ auth, script }) {
    script({ body: '<html>' });
    equal((await auth.login({ username: 'bob', password: password('bob') })).failure.code, 'malformed-reply');
  },
  async 'refuses to send passwords in the clear'({ create }) {
    const { failure } = await create({ baseUrl: 'http://etna.example' }).login({ username: 'bob', password: 'x' });
    equal(failure.code, 'insecure-url');
  },
  async 'is told to wait, and for how long'({ auth, script }) {
    script(answers.tooManyRequests(60));
    const { failure } = await auth.login({ username: 'bob', password: password('bob') });
    equal([failure.code, failure.retryAfter], ['too-many-attempts', 60]);
  },
  async 'sends names beyond ASCII'({ auth }) {
    const { failure } = await auth.login({ username: 'Zoë €', password: 'pässwort' });
    equal(failure.code, 'invalid-credentials');
  },
  async 'keeps a session in a store'({ options }) {
    const store = createMemoryStore();
    const first = await openAuth({ ...options, store, username: 'bob' });
    await first.login({ username: 'bob', password: password('bob') });
    await first.whenStored();
    equal((await openAuth({ ...options, store, username: 'bob' })).getSnapshot().state, 'authenticated');
  },
  async 'keeps secrets out of its snapshots'({ auth }) {
    const { session } = await auth.login({ username: 'bob', password: password('bob') });
    const text = JSON.stringify([auth.getSnapshot(), auth.actor.getPersistedSnapshot()]);
    equal([text.includes(password('bob')), text.includes(reveal(session.token))], [false, false]);
  },
  async 'is a machine for XState'({ options }) {
    const actor = createActor(createAuthMachine(options), { inspect: redactedInspect(() => {}) });
    const opened = [];
    actor.on('session.opened', ({ session }) => opened.push(session.username));
    actor.start();
    actor.send({ type: 'login', credentials: { username: 'bob', password: secret(password('bob')) } });
    await waitFor(actor, (snapshot) => snapshot.matches('authenticated'));
    // Its timer would keep the program alive for as long as the session lives.
    actor.stop();
    equal(opened, ['bob']);
  },
  async 'starts as a page and as an app'({ options }) {
    const page = createBrowserAuth({ ...options, storage: 'memory' });
    equal(page.getSnapshot().state, 'idle');
    page.actor.stop();
    const items = new Map();
    const module = {
      getItemAsync: async (key) => items.get(key) ?? null,
      setItemAsync: async (key, value) => void items.set(key, value),
      deleteItemAsync: async (key) => void items.delete(key),
    };
    const send = options.fetch ?? ((...request) => fetch(...request));
    const app = await openNativeAuth({ ...options, fetch: send, store: createSecureStore(module) });
    equal((await app.login({ username: 'bob', password: password('bob') })).state, 'authenticated');
  },
  async 'generates tests from its model'() {
    equal(createAuthTestModel().getShortestPaths().length > 200, true);
  },
};

/**
 * Runs all assertions: with an emulator in this program, and over HTTP with one at `baseUrl`, which knows the same users, sends
 * the same code and limits nothing.
 *
 * @returns `{ passed, failed: ['name: why'] }`
 */
export async function runSuite(baseUrl) {
  const result = { passed: 0, failed: [] };
  for (const isRemote of baseUrl ? [false, true] : [false]) {
    for (const [name, assertion] of Object.entries(assertions)) {
      if (isRemote && assertion.toString().includes('script(')) continue;
      const emulator = createEmulator({ basePath: '/api', createCode: () => code });
      const { appKey } = emulator;
      const options = isRemote
        ? { baseUrl, appKey }
        : { baseUrl: 'https://etna.example/api', appKey, fetch: emulator.fetch };
      const create = (more) => createAuth({ ...options, ...more });
      const script = isRemote ? null : emulator.answerNext;
      try {
        await within(10_000, assertion({ auth: create(), create, options, script }));
        result.passed += 1;
      } catch (error) {
        result.failed.push(`${name}${isRemote ? ', over HTTP' : ''}: ${error?.message ?? error}`);
      }
    }
  }
  return result;
}

async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${milliseconds} ms`)), milliseconds);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function equal(actual, expected) {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${one} instead of ${other}`);
}
