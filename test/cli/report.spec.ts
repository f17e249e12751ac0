import { afterEach, describe, expect, it, vi } from 'vitest';
import { AuthError, failures } from '../../machines/failures.ts';
import { secret } from '../../machines/secret.ts';
import { complain, failureOf, failureReport, readable, successReport } from '../../src/cli/report.ts';
import { explain } from '../../src/messages.ts';

afterEach(() => void vi.restoreAllMocks());

describe('the failure of an error', () => {
  it('is that of an AuthError, even if the command was interrupted', () => {
    const error = new AuthError('invalid-code', { reason: 'Invalid code' });
    expect(failureOf(error, AbortSignal.abort())).toBe(error.failure);
  });

  it('is `cancelled` for any other error of an interrupted command', () => {
    expect(failureOf(new TypeError('hunter2'), AbortSignal.abort())).toEqual(new AuthError('cancelled').failure);
  });

  it.each([
    [new TypeError('hunter2'), 'TypeError'],
    ['hunter2', 'string'],
  ])('has only the kind of an unexpected error', (error, kind) => {
    expect(failureOf(error)).toMatchObject({ code: 'unexpected', detail: kind });
    expect(failureOf(error, new AbortController().signal)).toEqual(failureOf(error));
  });
});

it('a session is reported without its token', () => {
  const session = { username: 'trader', token: secret('token'), issuedAt: 0, expiresAt: Date.UTC(2026, 10, 25, 9, 41) };
  expect(successReport(session)).toEqual({
    state: 'authenticated',
    username: 'trader',
    expiresAt: '2026-11-25T09:41:00.000Z',
  });
});

it('a failure is reported with its message', async () => {
  const { failure } = new AuthError('network', { detail: 'ECONNREFUSED' });
  expect(await failureReport(failure)).toEqual({ state: 'failed', failure: { ...failure, message: explain(failure) } });
});

it('a failure is printed on stderr, and decides the exit code', async () => {
  const print = vi.spyOn(console, 'error').mockReturnValue();
  const error = new AuthError('network');
  expect(await complain(error)).toBe(failures.network.exitCode);
  expect(print.mock.calls).toEqual([[explain(error.failure)]]);
});

it.each([
  ['east', -540, '2026-11-25 18:41'],
  ['west', 300, '2026-11-25 04:41'],
])('a time is printed in the time zone of the user: %s of Greenwich', (_, offset, text) => {
  vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(offset);
  expect(readable(Date.UTC(2026, 10, 25, 9, 41))).toBe(text);
});
