import { describe, expect, it } from 'vitest';
import { bytes, reply, startRawServer } from './raw-server.ts';
import { authAt, challengeOf, failureOf, sessionOf } from './sign-in.ts';

const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });
const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

// The last two end in a byte that some would take for a blank.
const beyondAscii = ['пароль', '€', 'naïve', '密码', 'пароль😀', 'voilà', 'Å'];

describe('non-ASCII text is sent as the UTF-8 bytes that curl sends', () => {
  it.each(beyondAscii)('%s', async (text) => {
    await using server = await startRawServer([expectingCode, succeeded]);
    const auth = authAt(server.url, { appKey: text });
    challengeOf(await auth.login({ username: text, password: text }));
    sessionOf(await auth.submitCode(text));
    const answer = server.requests[1]?.headers;
    expect(['et-app-key', 'username', 'password', 'verificationcode'].map((name) => answer?.get(name))).toEqual(
      Array.from({ length: 4 }, () => bytes(text)),
    );
  });
});

describe('printable ASCII is sent unchanged', () => {
  const printable = Array.from({ length: 0x5e }, (_, index) => String.fromCharCode(0x21 + index)).join(' ');

  it.each(['utf-8', 'latin1'] as const)('%s', async (headerEncoding) => {
    await using server = await startRawServer([succeeded]);
    await authAt(server.url, { headerEncoding }).login({ username: 'alice', password: printable });
    expect(server.requests[0]?.headers.get('password')).toBe(printable);
  });
});

describe('as latin1', () => {
  it.each(['naïve', 'ÿ', '£100'])('%j is sent one byte a character', async (password) => {
    await using server = await startRawServer([succeeded]);
    sessionOf(await authAt(server.url, { headerEncoding: 'latin1' }).login({ username: 'alice', password }));
    expect(server.requests[0]?.headers.get('password')).toBe(bytes(password, 'latin1'));
  });

  it.each(['€', 'пароль', 'Ā', '😀'])('%s is refused, and nothing is sent', async (password) => {
    await using server = await startRawServer([succeeded]);
    const state = await authAt(server.url, { headerEncoding: 'latin1' }).login({ username: 'alice', password });
    expect(failureOf(state)).toMatchObject({
      code: 'invalid-input',
      detail: 'password: unsendable character',
    });
    expect(server.connections).toBe(0);
  });
});
