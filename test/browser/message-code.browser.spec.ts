import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reveal } from '../../machines/secret.ts';
import { readCodeFromMessage } from '../../src/browser/message-code.ts';

// No browser on a desk has messages: what it would say is said here.

const get = vi.spyOn(navigator.credentials, 'get');
const message = (code?: string) => Object.assign(Object.create(null), { id: '', type: 'otp', code });
const { signal } = new AbortController();

beforeEach(() => vi.stubGlobal('OTPCredential', class {}));
afterEach(() => {
  vi.unstubAllGlobals();
  get.mockReset();
});

describe('a code from an SMS', () => {
  it('is read if the user allows it', async () => {
    get.mockResolvedValue(message('123456'));
    const code = await readCodeFromMessage(signal);
    expect(code && reveal(code)).toBe('123456');
    expect(get.mock.calls).toEqual([[{ otp: { transport: ['sms'] }, signal }]]);
  });

  it.each([
    ['there is no message', () => Promise.resolve(null)],
    ['it has no code', () => Promise.resolve(message())],
    ['its code is empty', () => Promise.resolve(message(''))],
    ['the user refuses', () => Promise.reject(new DOMException('denied', 'NotAllowedError'))],
  ])('is none if %s', async (_, answer) => {
    get.mockImplementation(answer);
    expect(await readCodeFromMessage(signal)).toBeNull();
  });

  it('is none if the login has ended meanwhile', async () => {
    const ending = new AbortController();
    get.mockImplementation(async () => {
      ending.abort();
      return message('123456');
    });
    expect(await readCodeFromMessage(ending.signal)).toBeNull();
  });

  it('is not asked for in a browser that reads no messages', async () => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(globalThis, 'OTPCredential');
    expect(await readCodeFromMessage(signal)).toBeNull();
    expect(get).not.toHaveBeenCalled();
  });
});
