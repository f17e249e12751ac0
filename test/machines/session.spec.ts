import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secret } from '../../machines/secret.ts';
import { endsWith, isNewer, normalBaseUrl } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';

const now = Date.UTC(2026, 0, 5);
const sessionOf = (issuedAt: number, username = 'alice'): Session => ({
  username,
  token: secret(`token-${issuedAt}`),
  issuedAt,
  expiresAt: now + 60_000,
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now }));
afterEach(() => void vi.useRealTimers());

describe('the end of a session', () => {
  it.each([
    ['ends the same one', sessionOf(now), true],
    ['ends an earlier one of the user', sessionOf(now - 1), true],
    ['ends no later one', sessionOf(now + 1), false],
    ['ends no earlier one of another user', sessionOf(now - 1, 'bob'), false],
  ])('%s', (_, session, ends) => {
    expect(endsWith(session, sessionOf(now))).toBe(ends);
  });
});

describe('a session is newer', () => {
  it.each([
    ['than an earlier one', now, now - 1, true],
    ['than one from the future, which a wrong clock issued', now - 1, now + 1, true],
    ['but not than one of this moment', now - 1, now, false],
    ['but not than itself', now, now, false],
  ])('%s', (_, issuedAt, otherIssuedAt, newer) => {
    expect(isNewer(sessionOf(issuedAt), sessionOf(otherIssuedAt))).toBe(newer);
  });
});

it.each([
  ['HTTP://LOCALHOST:80/api///', 'http://localhost/api'],
  ['http://localhost/a/b', 'http://localhost/a/b'],
  ['not an address/', 'not an address/'],
])('a base URL is normalised: %s', (given, normal) => {
  expect(normalBaseUrl(given)).toBe(normal);
});
