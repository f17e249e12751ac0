import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Auth } from '../../src/index.ts';
import { explain } from '../../src/messages.ts';
import { demoAppKey } from '../../src/testing/index.ts';
import { bytes, type RawRequest, reply, startRawServer } from './raw-server.ts';
import { authAt, challengeOf, failureOf, loginAt, sessionOf } from './sign-in.ts';

const secrets = {
  password: 'correct-horse-battery',
  code: '734219',
  interim: 'aW50ZXJpbS10aWNrZXQ+/w==',
  token: 'bmV3LXRva2VuLTEyMzQ1Ng==',
};
const credentials = { username: 'alice', password: secrets.password };
const question = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: secrets.interim });

/** All that a program can show of a login without asking for its secrets. */
function visible(auth: Auth): string {
  const state = auth.getSnapshot();
  const snapshot = auth.actor.getPersistedSnapshot();
  return [
    ...[state, snapshot].flatMap((shown) => [
      JSON.stringify(shown),
      inspect(shown, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    ]),
    state.state === 'failed' ? explain(state.failure) : '',
  ].join('\n');
}

function expectNothingSecret(auth: Auth, given: readonly string[] = Object.values(secrets)) {
  const shown = visible(auth);
  for (const text of given) expect(shown).not.toContain(text);
}

/** What the server knows of the user's secrets, in one sentence. */
function sentence({ headers }: RawRequest): string {
  const sent = ['password', 'verificationcode', 'pincode', 'authorization'].map((name) => headers.get(name));
  return `Not accepted: ${sent.join(', ')}; try ${secrets.token} <${sent.join('')}>`;
}

const echoes: Record<string, (words: string) => object> = {
  'the Reason of a refusal': (words) => ({ State: 'Failed', Step: 'VerificationCode', Reason: words }),
  'the Step of a refusal': (words) => ({ State: 'Failed', Step: words, Reason: 'No' }),
  'the Reason of a challenge': (words) => ({ State: 'Expecting', Step: 'VerificationCode', Reason: words }),
  'the Step of a challenge': (words) => ({ State: 'Expecting', Step: words, Reason: 'Next' }),
  'the Reason of a success': (words) => ({ State: 'Succeeded', Step: words, Reason: words }),
  'an unknown State': (words) => ({ State: words }),
  'a PersonalPhrase': (words) => ({ State: 'Failed', PersonalPhrase: words, Image: words }),
  Message: (words) => ({ Message: words }),
  message: (words) => ({ message: words }),
  error: (words) => ({ error: words }),
  'Error.Message': (words) => ({ Error: { Code: words, Message: words } }),
  Errors: (words) => ({ Errors: [{ Message: words }] }),
  'a field that nobody knows': (words) => ({ State: 'Failed', Trace: words }),
};

describe.each(Object.entries(echoes))('a server that repeats all it knows in %s', (_, body) => {
  it.each([200, 202, 401, 403, 500])('with a %i gives nothing away', async (status) => {
    await using server = await startRawServer([
      question,
      (socket, request) =>
        socket.end(
          reply(status, { ...body(sentence(request)), Token: secrets.token, ConfirmationToken: secrets.token }),
        ),
    ]);
    const auth = authAt(server.url);
    await auth.login(credentials);
    expectNothingSecret(auth);
    await auth.submitCode(secrets.code);
    expect(server.requests).toHaveLength(2);
    expectNothingSecret(auth);
  });
});

describe('a server that echoes the password in an invalid reply reveals nothing', () => {
  const { password } = secrets;
  it.each([
    ['in a page', reply(200, `<h1>${password}</h1>`)],
    ['in half a JSON', reply(401, `{"Reason":"${password}`)],
    ['in a header', reply(401, '', { 'X-Debug': password, 'Retry-After': password })],
    ['in the status line', `HTTP/1.1 401 ${password}\r\nContent-Length: 0\r\n\r\n`],
    ['in the path of a redirect', reply(302, '', { Location: `/${password}?p=${password}` })],
    ['instead of HTTP', `${password}\r\n\r\n`],
    ['in a header that is none', `HTTP/1.1 401 No\r\n${password}\r\n\r\n`],
  ])('%s', async (_, answer) => {
    await using server = await startRawServer([answer]);
    const auth = authAt(server.url);
    failureOf(await auth.login(credentials));
    expectNothingSecret(auth);
  });
});

describe('a secret is recognised', () => {
  const refusedWith = async (password: string, Reason: string, Token?: string) => {
    await using server = await startRawServer([reply(401, { State: 'Failed', Step: 'Other', Reason, Token })]);
    const auth = authAt(server.url);
    failureOf(await auth.login({ username: 'alice', password }));
    return auth;
  };

  it('with non-ASCII characters', async () => {
    expectNothingSecret(await refusedWith('пароль', 'Wrong: пароль'), ['пароль']);
  });

  it('with non-ASCII characters, at a server that reads headers as Latin-1', async () => {
    const misread = bytes('été-éclair');
    expectNothingSecret(await refusedWith('été-éclair', `Wrong: ${misread}`), ['clair']);
  });

  it.each(['734 219', '７３４２１９'])(
    'as a code that is sent in another form than it was typed: %s',
    async (typed) => {
      await using server = await startRawServer([
        question,
        reply(401, { State: 'Failed', Step: 'VerificationCode', Reason: `The code ${secrets.code} is wrong` }),
      ]);
      const auth = authAt(server.url);
      await auth.login(credentials);
      expect(failureOf(await auth.submitCode(typed)).reason).toBe('The code ••• is wrong');
    },
  );

  it.each([
    ['a PIN with non-ASCII characters, as a server decodes it', 'SecutityPin', 'пин-код', 'пин-код'],
    ['the token of the challenge, without its scheme', 'VerificationCode', secrets.code, secrets.interim],
  ])('as %s', async (_, Step, typed, said) => {
    await using server = await startRawServer([
      reply(202, { State: 'Expecting', Step, Token: secrets.interim }),
      reply(401, { State: 'Failed', Step, Reason: `Wrong: ${said}` }),
    ]);
    const auth = authAt(server.url);
    await auth.login(credentials);
    expect(failureOf(await auth.submitCode(typed)).reason).toBe('Wrong: •••');
  });

  it('with what looks like a pattern', async () => {
    expectNothingSecret(await refusedWith('$&(.*)+', 'Wrong: $&(.*)+'), ['$&(.*)+']);
  });

  it('with characters that are removed from a reason', async () => {
    const auth = await refusedWith('correct  horse\u200b', 'Wrong: correct  horse\u200b');
    expectNothingSecret(auth, ['correct  horse', 'correct horse']);
  });

  it('that is the prefix of another', async () => {
    const auth = await refusedWith('c2Vjcm', 'Use c2VjcmV0LXRva2Vu', 'c2VjcmV0LXRva2Vu');
    expectNothingSecret(auth, ['V0LXRva2Vu']);
  });

  it('at the end of a truncated reason', async () => {
    const auth = await refusedWith(secrets.password, `${'x'.repeat(290)} ${secrets.password}`);
    expectNothingSecret(auth, ['correct']);
  });

  it.each(['Token', 'ConfirmationToken', 'PersonalPhrase'])('as the %s of the reply, and masked', async (field) => {
    await using server = await startRawServer([
      reply(401, { State: 'Failed', Step: 'Other', Reason: 'Use c2Vj\r\n \tnow', [field]: 'c2Vj' }),
    ]);
    expect(failureOf(await loginAt(server.url)).reason).toBe('Use ••• now');
  });

  it('as the application key', async () => {
    expectNothingSecret(await refusedWith('secret', `The key ${demoAppKey} is unknown`), [demoAppKey]);
  });
});

describe('the words of a server', () => {
  const presented = async (text: string) => {
    await using server = await startRawServer([reply(401, { State: 'Failed', Step: text, Reason: text })]);
    const { step, reason } = failureOf(await loginAt(server.url));
    return { step, reason };
  };

  it.each([
    ['colours', '\u001b[31mInvalid\u001b[0m code'],
    ['a clear screen', '\u001b[2J\u001b[HInvalid code'],
    ['a window title', '\u001b]0;pwned\u0007Invalid code'],
    ['C1 controls', '\u009b31mInvalid\u009d0;x\u009c code'],
    ['line breaks', 'Invalid\r\n\tcode\u2028\u2029\u0085'],
    ['backspaces', 'Valid\b\b\b\b\bInvalid code'],
    ['a reversed text', '\u202eInvalid\u2066 code\u200f'],
    ['zero-width characters', '\ufeffInvalid\u200b\u2060 code'],
    ['a NUL and a DEL', 'Invalid\0 code\u007f'],
  ])('come without %s', async (_, text) => {
    for (const words of Object.values(await presented(text))) {
      expect(words).toMatch(/Invalid.* code/);
      expect(words).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it('without visible characters are ignored', async () => {
    expect(await presented(' \u001b\u200b\n ')).toEqual({ step: null, reason: null });
  });

  it('are truncated', async () => {
    expect((await presented('word '.repeat(1000))).reason?.length).toBeLessThanOrEqual(300);
  });

  it.each([
    ['where they are cut', `x${'😀'.repeat(200)}`],
    ['where the server sends half of one', 'half \ud83d of one'],
  ])('are whole characters %s', async (_, text) => {
    for (const words of Object.values(await presented(text))) expect(words?.isWellFormed()).toBe(true);
  });
});

describe.each([
  ['Succeeded', 200],
  ['Expecting', 202],
])('a token of %s that would not stay in its header is malformed', (State, status) => {
  it.each([
    'YWJj\r\nX-Injected: yes',
    'YWJj\n',
    '\rYWJj',
    'YW Jj',
    ' YWJj',
    'YWJj ',
    'YW\tJj',
    'YW\0Jj',
    'YWJj\u007f',
    'YWJjé',
    'токен',
  ])('%j', async (Token) => {
    await using server = await startRawServer([reply(status, { State, Step: 'VerificationCode', Token })]);
    const auth = authAt(server.url);
    expect(failureOf(await auth.login(credentials)).code).toBe('malformed-reply');
    expectNothingSecret(auth, ['YWJj', 'токен', 'Injected']);
  });
});

it('a challenge and a session do not show their token', async () => {
  await using server = await startRawServer([question, reply(200, { State: 'Succeeded', Token: secrets.token })]);
  const auth = authAt(server.url);
  challengeOf(await auth.login(credentials));
  expectNothingSecret(auth);
  sessionOf(await auth.submitCode(secrets.code));
  expectNothingSecret(auth);
});
