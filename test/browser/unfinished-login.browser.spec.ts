import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reveal, secret } from '../../machines/secret.ts';
import type { Challenge } from '../../machines/vocabulary.ts';
import { createTabStorage } from '../../src/browser/tab-storage.ts';
import { createUnfinishedLogin } from '../../src/session/unfinished-login.ts';

const now = Date.UTC(2026, 0, 5);
const minute = 60_000;
const baseUrl = 'https://etna.test/api';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  sessionStorage.clear();
});
afterEach(() => void vi.useRealTimers());

/** What a page of this tab has of logins that were not finished. */
const openPage = (longestAge = minute, at = baseUrl) =>
  createUnfinishedLogin(
    createTabStorage('sessionStorage', () => {}),
    at,
    longestAge,
  );

const challengeOf = (kind: Challenge['kind'], problem: Challenge['problem'] = null): Challenge => ({
  step: 'VerificationCode',
  kind,
  reason: 'Invalid code',
  interimToken: secret('interim'),
  personalPhrase: secret('purple heron'),
  image: secret('image'),
  attempt: 2,
  maxAttempts: 3,
  problem,
});

describe('a page', () => {
  it('finds nothing if no login was cut off', () => {
    const page = openPage();
    expect([page.found, page.resume('alice')]).toEqual([null, null]);
  });

  it.each(['code', 'pin', 'other'] as const)('resumes a login that waited for a %s, once', (kind) => {
    openPage().keep('alice', challengeOf(kind));
    const page = openPage();
    expect(page.found).toEqual({ username: 'alice', since: now, resumable: true, sent: null });
    const resumed = page.resume('alice') ?? expect.fail();
    const { step } = challengeOf(kind);
    expect({ ...resumed, interimToken: reveal(resumed.interimToken) }).toEqual({
      step,
      kind,
      interimToken: 'interim',
      reason: null,
      personalPhrase: null,
      image: null,
    });
    expect([page.found, page.resume('alice')]).toEqual([null, null]);
  });

  it('resumes no login of another user, nor that one afterwards', () => {
    openPage().keep('alice', challengeOf('code'));
    const page = openPage();
    expect([page.resume('bob'), page.resume('alice')]).toEqual([null, null]);
  });

  it.each([
    [minute - 1, true],
    [minute, false],
  ])('finds after %i ms whether the code is good for a minute', (age, resumable) => {
    openPage().keep('alice', challengeOf('code'));
    const page = openPage();
    vi.setSystemTime(now + age);
    expect(page.found?.resumable).toBe(resumable);
    expect(page.resume('alice') !== null).toBe(resumable);
  });

  it.each([
    ['a code, if no login is to be resumed', 'code', 0],
    ['a new password', 'new-password', minute],
    ['a new PIN', 'new-pin', minute],
  ] as const)('keeps no token with which a login waited for %s', (_, kind, longestAge) => {
    openPage(longestAge).keep('alice', challengeOf(kind));
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('interim"');
    const page = openPage();
    expect(page.found).toEqual({ username: 'alice', since: now, resumable: false, sent: null });
    expect(page.resume('alice')).toBeNull();
  });

  it.each([
    ['was being sent', 'new-password', null, true, 'new-password'],
    ['got no reply', 'new-pin', 'timeout', false, 'new-pin'],
    ['may not have got through', 'new-pin', 'network', false, 'new-pin'],
    ['was rejected', 'new-password', 'invalid-code', false, null],
    ['could not be sent', 'new-password', 'invalid-input', false, null],
    ['is a code, which takes effect nowhere', 'code', 'timeout', true, null],
  ] as const)('says what may be in effect: what %s', (_, kind, problem, isUnderWay, sent) => {
    openPage().keep('alice', challengeOf(kind, problem), isUnderWay);
    expect(openPage().found?.sent).toBe(sent);
  });

  it('has forgotten a login that ended, and so has the next page', () => {
    openPage().keep('alice', challengeOf('code'));
    const page = openPage();
    page.forget();
    expect([page.found, page.resume('alice'), openPage().found]).toEqual([null, null, null]);
    expect(sessionStorage).toHaveLength(0);
  });

  it('finds no login at another base URL', () => {
    openPage().keep('alice', challengeOf('code'));
    expect(openPage(minute, 'https://etna.test/other').found).toBeNull();
  });

  it.each([
    ['in part', { kind: undefined }, false],
    ['with a kind that is unknown', { kind: 'fax' }, true],
    ['without its step', { step: '' }, true],
    ['with a kind that is not resumed', { kind: 'new-password' }, true],
  ])('does not resume a login that is there %s', (_, wrong, isFound) => {
    openPage().keep('alice', challengeOf('code'));
    const [[key = '', text = ''] = []] = Object.entries({ ...sessionStorage });
    sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(text), ...wrong }));
    const page = openPage();
    expect([page.found !== null, page.resume('alice')]).toEqual([isFound, null]);
  });
});
