import { describe, expect, it, vi } from 'vitest';
import { reveal, secret } from '../../machines/secret.ts';
import { connectTabs } from '../../src/browser/other-tabs.ts';

const baseUrl = 'https://etna.test/api';
const name = { username: 'alice', issuedAt: 1, expiresAt: 8e15 };
const entry = { ...name, version: 1, baseUrl, token: 'token' };
const ask = { version: 1, type: 'ask' };
const opened = { version: 1, type: 'opened', session: entry, isNew: true };
const closed = { version: 1, type: 'closed', reason: 'logout', ...name };

const soon = (check: () => void) => vi.waitFor(check, { interval: 1 });

/** A tab, what it has heard, and a script of the same origin. */
function openTab() {
  const heard: unknown[] = [];
  const onAlone = vi.fn();
  const tabs = connectTabs(
    baseUrl,
    {
      onAsked: () => heard.push('asked'),
      onOpened: ({ token, ...session }, isNew) => heard.push({ ...session, token: reveal(token), isNew }),
      onClosed: ({ username, issuedAt, expiresAt }, reason) => heard.push({ username, issuedAt, expiresAt, reason }),
    },
    onAlone,
  );
  const script = new BroadcastChannel(`etna-auth ${baseUrl}`);
  return {
    tabs,
    heard,
    onAlone,
    script,
    [Symbol.dispose]: () => {
      script.close();
      tabs.close();
    },
  };
}

describe('a message from another tab', () => {
  it.each<[string, object, unknown]>([
    ['that asks', ask, 'asked'],
    ['of a new session', opened, { ...name, token: 'token', isNew: true }],
    ['of a session that goes on', { ...opened, isNew: false }, { ...name, token: 'token', isNew: false }],
    ['of a session that may be new', { ...opened, isNew: 'yes' }, { ...name, token: 'token', isNew: false }],
    ['of a log-out', closed, { ...name, reason: 'logout' }],
    ['of a rejection', { ...closed, reason: 'rejected' }, { ...name, reason: 'rejected' }],
    ['of a session with a token of 60 KB', { ...opened, session: { ...entry, token: 'x'.repeat(60_000) } }, {}],
  ])('%s is heard', async (_, message, expected) => {
    using tab = openTab();
    tab.script.postMessage(message);
    await soon(() => expect(tab.heard).toMatchObject([expected]));
  });

  const cycle: Record<string, unknown> = { ...ask };
  cycle.cycle = cycle;

  it.each<[string, unknown]>([
    ['is nothing', null],
    ['is not defined', undefined],
    ['is a text', 'ask'],
    ['is a question of another version', { ...ask, version: 2 }],
    ['is a question without a version', { type: 'ask' }],
    ['has a cycle', cycle],
    ['has a value that JSON has not', { ...ask, size: 1n }],
    ['is a session of another version', { ...opened, version: 2 }],
    ['is a session in another form', { ...opened, session: { ...entry, version: 2 } }],
    ['is a session of another base URL', { ...opened, session: { ...entry, baseUrl: 'https://etna.test/other' } }],
    ['is a session that never expires', { ...opened, session: { ...entry, expiresAt: Number.POSITIVE_INFINITY } }],
    ['is a session of a token that would add a header', { ...opened, session: { ...entry, token: 'a\r\nb: c' } }],
    ['is a session with a token of 64 KB', { ...opened, session: { ...entry, token: 'x'.repeat(64 * 1024) } }],
    ['is a log-out of another version', { ...closed, version: 2 }],
    ['is the end of a session for another reason', { ...closed, reason: 'expired' }],
    ['is a log-out without a name', { ...closed, username: undefined }],
    ['is a log-out without a time', { ...closed, issuedAt: undefined }],
    ['is a log-out that is never forgotten', { ...closed, expiresAt: Number.POSITIVE_INFINITY }],
    ['is an end of another type', { ...closed, type: 'login' }],
    ['is a session of another type', { ...opened, type: 'login' }],
  ])('is dropped if it %s', async (_, message) => {
    using tab = openTab();
    tab.script.postMessage(message);
    tab.script.postMessage(closed);
    await soon(() => expect(tab.heard).toEqual([{ ...name, reason: 'logout' }]));
  });
});

describe('a tab', () => {
  it('tells the others, and not itself: of its session, and without the token of its end', async () => {
    using tab = openTab();
    const heard: unknown[] = [];
    tab.script.onmessage = ({ data }) => heard.push(data);
    const session = { ...name, token: secret('token') };
    tab.tabs.ask();
    tab.tabs.tellOpened(session, true);
    tab.tabs.tellOpened(session);
    tab.tabs.tellClosed(session, 'rejected');
    await soon(() =>
      expect(heard).toEqual([ask, opened, { ...opened, isNew: false }, { ...closed, reason: 'rejected' }]),
    );
    expect(tab.heard).toEqual([]);
  });

  it('that is closed hears nothing, and reports once that it can tell nothing', async () => {
    using tab = openTab();
    using other = openTab();
    tab.tabs.close();
    tab.script.postMessage(ask);
    await soon(() => expect(other.heard).toEqual(['asked']));
    expect(tab.heard).toEqual([]);
    for (const _ of ['at once', 'and not again']) {
      tab.tabs.ask();
      expect(tab.onAlone).toHaveBeenCalledOnce();
    }
    expect(other.heard).toEqual(['asked']);
  });
});
