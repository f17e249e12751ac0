import { describe, expect, it } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { secret } from '../../machines/secret.ts';
import { createAuthMachine } from '../../src/auth-machine.ts';
import { demoAppKey, startEmulator } from '../../src/testing/index.ts';
import { reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, failureOf, sessionOf } from './sign-in.ts';

const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });
const expectingPin = reply(202, { State: 'Expecting', Step: 'SecutityPin', Token: 'aW50ZXJpbQ==' });
const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

const unsendable = {
  'a CR': 'se\rcret',
  'a LF': 'se\ncret',
  'a header of its own': 'secret\r\nX-Injected: yes',
  'a NUL': 'se\0cret',
  'a tab': 'se\tcret',
  'a leading tab': '\tsecret',
  'an escape': 'se\u001b[2Jcret',
  'a DEL': 'se\u007fcret',
  'a C1 control': 'se\u0085cret',
  'a leading blank': ' secret',
  'a trailing blank': 'secret ',
  'nothing but a blank': ' ',
  nothing: '',
  'a lone high surrogate': 'se\ud83dcret',
  'a lone low surrogate': 'secret\ude00',
};

/** What keyboards and clipboards add at an end of a name or a code, and what is taken away again. */
const mendable = ['a leading tab', 'a leading blank', 'a trailing blank'];

describe.each([
  { field: 'username', give: (username: string) => ({ appKey: demoAppKey, credentials: { ...alice, username } }) },
  { field: 'password', give: (password: string) => ({ appKey: demoAppKey, credentials: { ...alice, password } }) },
  { field: 'appKey', give: (appKey: string) => ({ appKey, credentials: alice }) },
])('the $field is refused before anything is sent', ({ field, give }) => {
  it.each(Object.entries(unsendable).filter(([what]) => field !== 'username' || !mendable.includes(what)))(
    'with %s',
    async (_, text) => {
      await using server = await startRawServer([succeeded]);
      const { appKey, credentials } = give(text);
      const failure = failureOf(await authAt(server.url, { appKey }).login(credentials));
      expect(failure).toMatchObject({ code: 'invalid-input', step: null, reason: null, retryable: false });
      expect(failure.detail).toMatch(new RegExp(`^${field}: `));
      expect(failure.detail).not.toContain('cret');
      expect(server.connections).toBe(0);
    },
  );
});

it.each([undefined, null, 12, {}])(
  'an application key that is no text, such as %j, is not sent as one',
  async (value) => {
    await using server = await startRawServer([succeeded]);
    const given: unknown = value;
    const failure = failureOf(await authAt(server.url, { appKey: given as string }).login(alice));
    expect(failure).toMatchObject({ code: 'invalid-input', detail: 'appKey: not a text' });
    expect(server.connections).toBe(0);
  },
);

describe.each([
  { kind: 'code', question: expectingCode },
  { kind: 'PIN', question: expectingPin },
])('the $kind is refused before anything is sent, and may be corrected', ({ kind, question }) => {
  it.each(Object.entries(unsendable).filter(([what]) => kind !== 'code' || ![...mendable, 'a tab'].includes(what)))(
    'with %s',
    async (_, text) => {
      await using server = await startRawServer([question, succeeded]);
      const auth = authAt(server.url);
      const asked = challengeOf(await auth.login(alice));
      const refused = challengeOf(await auth.submitCode(text));
      expect(refused).toEqual({ ...asked, problem: 'invalid-input' });
      expect(refused.interimToken).toBe(asked.interimToken);
      expect(server.requests).toHaveLength(1);
      sessionOf(await auth.submitCode('123456'));
      expect(server.requests).toHaveLength(2);
    },
  );
});

it('codes that cannot be sent use up no attempt', async () => {
  await using server = await startRawServer([expectingCode, succeeded]);
  const auth = authAt(server.url, { maxAttempts: 1 });
  await auth.login(alice);
  for (let time = 0; time < 5; time += 1) await auth.submitCode('');
  sessionOf(await auth.submitCode('123456'));
  expect(server.requests).toHaveLength(2);
});

it('a space inside is sent', async () => {
  await using server = await startRawServer([succeeded]);
  sessionOf(await authAt(server.url).login({ username: 'Alice A.', password: 'correct  horse' }));
  expect(server.requests[0]?.headers.get('username')).toBe('Alice A.');
  expect(server.requests[0]?.headers.get('password')).toBe('correct  horse');
});

describe('a password of a million characters', () => {
  const password = 'x'.repeat(1_000_000);

  it('is sent whole', async () => {
    await using server = await startRawServer([succeeded]);
    sessionOf(await authAt(server.url).login({ ...alice, password }));
    expect(server.requests[0]?.headers.get('password')).toHaveLength(1_000_000);
  });

  it('fails with a code if the server rejects it', async () => {
    await using emulator = await startEmulator();
    const failure = failureOf(await authAt(emulator.baseUrl).login({ ...alice, password }));
    expect(['network', 'malformed-reply']).toContain(failure.code);
    expect(emulator.requests).toHaveLength(0);
  });
});

it('a user name is trimmed, in the request and in the session', async () => {
  await using server = await startRawServer([succeeded]);
  const session = sessionOf(await authAt(server.url).login({ ...alice, username: ' alice\u00a0 ' }));
  expect(server.requests[0]?.headers.get('username')).toBe('alice');
  expect(session.username).toBe('alice');
});

describe('a typed or pasted code is cleaned up', () => {
  it.each([
    ['246 810', '246810'],
    [' 246\u00a0810\n', '246810'],
    ['\u200e246\u200b810\ufeff', '246810'],
    ['2\ufe0f4\ufe0f6\u034f8\u31641\u{e0100}0', '246810'],
    ['٢٤٦٨١٠', '246810'],
    ['२४६८१०', '246810'],
    ['２４６８１０', '246810'],
    ['\u{1d7ee}\u{1d7f0}\u{1d7f2}', '246'],
    ['A1-b 2', 'A1-b2'],
  ])('%j', async (typed, sent) => {
    await using server = await startRawServer([expectingCode, succeeded]);
    const auth = authAt(server.url);
    await auth.login(alice);
    sessionOf(await auth.submitCode(typed));
    expect(server.requests[1]?.headers.get('verificationcode')).toBe(sent);
  });

  it('but a PIN is not', async () => {
    await using server = await startRawServer([expectingPin, succeeded]);
    const auth = authAt(server.url);
    await auth.login(alice);
    sessionOf(await auth.submitCode('24 68'));
    expect(server.requests[1]?.headers.get('pincode')).toBe('24 68');
  });
});

describe('a plain text instead of a Secret', () => {
  /** A machine of somebody who wrote the events by hand, in JavaScript. */
  const start = (baseUrl: string) => createActor(createAuthMachine({ baseUrl, appKey: 'key' })).start();
  const settled = (actor: ReturnType<typeof start>) => waitFor(actor, (snapshot) => !snapshot.hasTag('busy'));

  it.each([
    { type: 'login', credentials: { username: 'alice', password: 'hunter2' } },
    { type: 'login', credentials: { username: 'alice', password: 4711 } },
    { type: 'login', username: 'alice', password: 'hunter2' },
    { type: 'login' },
  ])('is told as the mistake that it is, and neither kept nor sent: %j', async (event) => {
    await using server = await startRawServer([expectingCode]);
    const actor = start(server.url);
    actor.send(event as never);
    const { value, context } = await settled(actor);
    expect([value, context.failure?.code]).toEqual(['failed', 'invalid-input']);
    expect(context.failure?.detail).toContain('credentials.password of the event "login": not a Secret; wrap the text');
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('hunter2');
    expect(server.requests).toEqual([]);
  });

  it.each([Symbol('alice'), Object.create(null), 7, null])(
    'a name that is no text fails, and the actor lives: %o',
    async (username) => {
      await using server = await startRawServer([expectingCode]);
      const actor = start(server.url);
      actor.send({ type: 'login', credentials: { username, password: secret('alice-demo') } } as never);
      const { status, context } = await settled(actor);
      expect([status, context.failure?.code]).toEqual(['active', 'invalid-input']);
      expect(server.requests).toEqual([]);
    },
  );

  it('is not stored as the phrase of a new PIN', async () => {
    await using emulator = await startEmulator();
    const actor = createActor(createAuthMachine(emulator)).start();
    actor.send({ type: 'login', credentials: { username: 'frank', password: secret('frank-demo') } });
    await settled(actor);
    actor.send({ type: 'code.submit', code: secret('4711'), choice: { personalPhrase: 'purple heron' } } as never);
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('purple heron');
    expect((await settled(actor)).context.challenge).toMatchObject({ kind: 'new-pin', problem: 'invalid-input' });
  });

  it('uses up no code', async () => {
    await using server = await startRawServer([expectingCode, succeeded]);
    const actor = start(server.url);
    actor.send({ type: 'login', credentials: { username: 'alice', password: secret('alice-demo') } });
    await settled(actor);
    actor.send({ type: 'code.submit', code: '734219' } as never);
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('734219');
    expect((await settled(actor)).context.challenge?.problem).toBe('invalid-input');
    expect(server.requests).toHaveLength(1);
    actor.send({ type: 'code.submit', code: secret('734219') });
    expect((await settled(actor)).value).toBe('authenticated');
  });
});
