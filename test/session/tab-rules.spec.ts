import { describe, expect, it } from 'vitest';
import { secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { tabRules } from '../../src/session/tab-rules.ts';

// What tabs of one user do to each other is proven by exploration; here are tabs of several.

const sessionOf = (username: string, issuedAt: number): Session => ({
  username,
  token: secret(`${username} ${issuedAt}`),
  issuedAt,
  expiresAt: Number.POSITIVE_INFINITY,
});
const [earlier, later] = [sessionOf('alice', 1), sessionOf('alice', 2)];
const none = { has: () => false };

it.each([
  ['starts with the session that it stored', later, none, later],
  ['does not start with one that has expired', { ...later, expiresAt: 0 }, none, null],
  ['does not start with one that has ended', later, { has: () => true }, null],
  ['starts with none if it stored none', null, none, null],
])('a page %s', (_, stored, ended, session) => {
  expect(tabRules.start(stored, ended)).toBe(session);
});

it.each([
  ['is reminded of the end', false, true, true],
  ['is not, if the user has just signed in to it', true, true, false],
  ['is not, if the other tab knows of the end', false, false, false],
])('a tab that hears of a session that has ended: the other one %s', (_, isNew, isKnownHereOnly, reminds) => {
  expect(tabRules.reminds(later, isNew, { isKnownHereOnly: () => isKnownHereOnly })).toBe(reminds);
});

it.each([
  ['the session that it has', later, none, later],
  ['none that has ended, of which it may not have heard', later, { has: () => true }, null],
  ['none if it has none', null, none, null],
])('a tab that is asked tells of %s', (_, present, ended, session) => {
  expect(tabRules.heardAsk(present, ended)).toBe(session);
});

describe('a session in another tab', () => {
  it.each([
    ['is taken over if it was just opened, even if another user signed in here before', true, 'bob', true],
    ['is taken over if nobody has signed in here', false, null, true],
    ['is taken over by its user', false, 'alice', true],
    ['that only goes on there signs no other user in', false, 'bob', false],
  ])('%s', (_, isNew, user, isTaken) => {
    const event = isTaken ? { type: 'session.shared', session: later } : null;
    expect(tabRules.heardOpened(later, isNew, none, user)).toEqual(event);
  });

  it.each([
    ['is corrected by a later one of its user', later, later],
    ['is not corrected by an earlier one', sessionOf('alice', 0), null],
    ['is not corrected by the same one', earlier, null],
    ['is not corrected by that of another user', sessionOf('bob', 2), null],
    ['is not corrected where nobody is signed in', null, null],
  ])('%s', (_, present, correction) => {
    expect(tabRules.corrects(earlier, present)).toBe(correction);
  });

  it.each([
    ['by a log-out ends the same one here', 'logout', earlier, { type: 'session.ended' }],
    ['by a rejection has the same one rejected here', 'rejected', earlier, { type: 'session.rejected' }],
    ['ends no later one', 'logout', later, null],
    ['ends none of another user', 'logout', sessionOf('bob', 1), null],
    ['ends nothing where nobody is signed in', 'logout', null, null],
  ] as const)('that ends %s', (_, reason, present, event) => {
    expect(tabRules.heardClosed(earlier, reason, present)).toEqual(event);
  });
});
