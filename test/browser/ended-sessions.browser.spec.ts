import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEndedSessions } from '../../src/browser/ended-sessions.ts';

const now = Date.UTC(2026, 0, 5);
const hour = 3_600_000;
const baseUrl = 'https://etna.test/api';
const sessionOf = (username: string, issuedAt = now, expiresAt = now + hour) => ({ username, issuedAt, expiresAt });
const [alice, bob] = [sessionOf('alice'), sessionOf('bob')];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  localStorage.clear();
});
afterEach(() => void vi.useRealTimers());

describe('a session that has ended', () => {
  it('is remembered when that of another user ends', () => {
    const ended = createEndedSessions(baseUrl);
    ended.add(alice);
    ended.add(bob);
    expect([ended.has(alice), ended.has(bob)]).toEqual([true, true]);
  });

  it('is remembered when that of another user is opened again', () => {
    const ended = createEndedSessions(baseUrl);
    ended.add(alice);
    ended.add(bob);
    ended.reopen(alice);
    expect([ended.has(alice), ended.has(bob)]).toEqual([false, true]);
  });

  it('is known to the next page, and at no other base URL', () => {
    createEndedSessions(baseUrl).add(alice);
    expect(createEndedSessions(baseUrl).has(alice)).toBe(true);
    expect(createEndedSessions('https://etna.test/other').has(alice)).toBe(false);
  });

  it('is forgotten when it would have expired', () => {
    const ended = createEndedSessions(baseUrl);
    ended.add(alice);
    vi.setSystemTime(now + hour);
    expect(ended.has(alice)).toBe(false);
  });

  it('is remembered once for each user, and without its token', () => {
    const ended = createEndedSessions(baseUrl);
    ended.add(alice);
    const later = { ...sessionOf('alice', now + 1), token: 'c2VjcmV0' };
    ended.add(later);
    expect(Object.values({ ...localStorage })).toEqual([JSON.stringify([sessionOf('alice', now + 1)])]);
  });

  it.each([
    ['no JSON', 'alice'],
    ['no list', '{"length":1}'],
    ['a list of something else', '[null,7,{"username":"alice","issuedAt":"1e99","expiresAt":1e99}]'],
  ])('is remembered over what else may be there: %s', (_, text) => {
    localStorage.setItem(`etna-auth ended ${baseUrl}`, text);
    const ended = createEndedSessions(baseUrl);
    expect(ended.has(alice)).toBe(false);
    ended.add(alice);
    expect(ended.has(alice)).toBe(true);
  });
});
