import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers } from '../../src/testing/index.ts';
import { openSite, openTab, type Profile, reload, type Site } from './open-tab.ts';

let site: Site;
let earlier = 0;

beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => {
  earlier = site.emulator.requests.length;
});

/** What was sent since the test began, without the browser's own questions whether it may send it. */
const sent = () => site.emulator.requests.slice(earlier).filter(({ method }) => method !== 'OPTIONS');
const password = 'alice-demo';
const statesOf = (page: Page) => page.evaluate(() => window.states);
const stateOf = (page: Page) => page.evaluate(() => window.auth.getSnapshot().state);
/** What tabs tell each other takes no longer than a second. */
const expectState = (page: Page, state: string, timeout = 1_000) =>
  vi.waitFor(async () => expect(await stateOf(page)).toBe(state), { timeout, interval: 10 });
/** What takes a request takes as long as the machine does. */
const expectAnswer = (page: Page, state: string) => expectState(page, state, 10_000);
/** Presses "sign in", and does not wait for what comes of it. */
const pressSignIn = (page: Page, username = 'alice') =>
  page.evaluate(
    ([username = '', password = '']) => void window.auth.login({ username, password }).catch(() => {}),
    [username, `${username}-demo`],
  );
const signIn = async (page: Page) => {
  await pressSignIn(page);
  await expectAnswer(page, 'awaitingCode');
};
const latestCode = () => site.emulator.inbox('alice').at(-1)?.code ?? '';
const answer = (page: Page, code = latestCode()) =>
  page.evaluate(async (code) => (await window.auth.submitCode(code)).state, code);
const codesSentBy = async (act: () => Promise<unknown>) => {
  const before = site.emulator.inbox('alice').length;
  await act();
  return site.emulator.inbox('alice').length - before;
};
const openProfile = (): Promise<Profile> => site.openProfile();
/** For tests that change the clock, or what a browser has. */
const openOwnProfile = (): Promise<Profile> => site.openProfile({ apart: true });

/** Stands in for a browser that reads messages: it records what happens, and `receive` delivers one. */
const receiveMessages = () => {
  Object.assign(window, { OTPCredential: class {} });
  navigator.credentials.get = async ({ signal } = {}) => {
    window.told.push('reads');
    const read = Promise.withResolvers<Credential>();
    signal?.addEventListener('abort', () => {
      window.told.push('stops');
      read.reject(signal.reason);
    });
    Object.assign(window, { receive: (code: string) => read.resolve({ id: '', type: 'otp', code } as Credential) });
    return read.promise;
  };
};

describe('a tab', () => {
  it('sends nothing until the user signs in, and nothing after a reload', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    expect(await stateOf(page)).toBe('idle');
    await reload(page, site);
    expect(sent()).toEqual([]);

    await signIn(page);
    expect(await answer(page)).toBe('authenticated');
    await reload(page, site);
    expect(await stateOf(page)).toBe('authenticated');
    expect(sent()).toHaveLength(2);

    await page.evaluate(() => window.auth.logout());
    await reload(page, site);
    expect(await stateOf(page)).toBe('idle');
    // Even a page that is left at once ends the session at the server.
    await expect.poll(() => sent().map(({ path }) => path)).toEqual(['/api/token', '/api/token', '/api/logout']);
  });

  it('sends nothing after a reload in any state', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    let sentBefore = 0;
    const sendsNothing = async (state: string, { after }: { after: number }) => {
      await expectAnswer(page, state);
      sentBefore += after;
      await expect.poll(sent, { interval: 10 }).toHaveLength(sentBefore);
      const before = site.emulator.requests.length;
      await reload(page, site);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
      expect(site.emulator.requests).toHaveLength(before);
      expect(await stateOf(page)).toBe(state === 'authenticated' ? state : 'idle');
    };
    site.emulator.answerNext({ silent: true });
    await pressSignIn(page);
    await sendsNothing('requestingToken', { after: 1 });
    site.emulator.answerNext(answers.serverError);
    await pressSignIn(page);
    await sendsNothing('failed', { after: 1 });
    await signIn(page);
    await sendsNothing('awaitingCode', { after: 1 });
    await signIn(page);
    site.emulator.answerNext({ silent: true });
    await page.evaluate(() => void window.auth.submitCode('123456').catch(() => {}));
    await sendsNothing('verifyingCode', { after: 2 });
    await signIn(page);
    await answer(page);
    await sendsNothing('authenticated', { after: 2 });
  });

  it('keeps its session in memory if configured, and has none after a reload', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site, { storage: 'memory' });
    await signIn(page);
    await answer(page);
    expect(await page.evaluate(() => [window.auth.storage, sessionStorage.length])).toEqual(['memory', 0]);
    await reload(page, site, { storage: 'memory' });
    expect(await stateOf(page)).toBe('idle');
  });

  it('signs in even if storage is blocked, and reports it', async () => {
    await using profile = await openOwnProfile();
    await profile.addInitScript(() => {
      Object.defineProperty(window, 'sessionStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    const page = await openTab(profile, site);
    await signIn(page);
    expect(await answer(page)).toBe('authenticated');
    expect(await page.evaluate(() => [window.auth.storage, window.told])).toEqual(['memory', ['no storage']]);
  });

  it('ignores foreign data in its storage', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    for (const text of ['nonsense', '{}', '{"version":1,"token":"x"}']) {
      await page.evaluate(
        ([key = '', text = '']) => sessionStorage.setItem(key, text),
        [`etna-auth session ${site.emulator.baseUrl}`, text],
      );
      await reload(page, site);
      expect(await stateOf(page)).toBe('idle');
    }
  });

  it('notices an expired session on focus, online and pageshow, after timers were suspended', async () => {
    await using profile = await openOwnProfile();
    const page = await openTab(profile, site);
    let hours = 0;
    for (const event of ['focus', 'online', 'pageshow']) {
      await signIn(page);
      await answer(page);
      hours += 25;
      await page.clock.setSystemTime(Date.now() + hours * 60 * 60 * 1000);
      await page.evaluate((event) => void window.dispatchEvent(new Event(event)), event);
      expect(await page.evaluate(() => window.auth.actor.getSnapshot().context.failure?.code)).toBe('session-expired');
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    }
  });

  it('suggests why a server of another origin cannot be reached', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site, { baseUrl: `${site.url}../` });
    const other = await openTab(profile, site, { baseUrl: site.url.replace('127.0.0.1', 'localhost') });
    await pressSignIn(other);
    await expectAnswer(other, 'failed');
    const failure = await other.evaluate(() => window.auth.actor.getSnapshot().context.failure);
    expect(failure).toMatchObject({ code: 'network', detail: expect.stringContaining('CORS') });
    await pressSignIn(page);
    await expectAnswer(page, 'failed');
    expect(await page.evaluate(() => window.auth.actor.getSnapshot().context.failure?.detail)).not.toContain('CORS');
  });

  it('reads the code from an SMS if the browser can, and lets the user type it as well', async () => {
    await using profile = await openOwnProfile();
    await profile.addInitScript(receiveMessages);
    const page = await openTab(profile, site);
    await signIn(page);
    await page.evaluate((code) => Reflect.get(window, 'receive')(code), latestCode());
    await expectAnswer(page, 'authenticated');

    await page.evaluate(() => window.auth.logout());
    await signIn(page);
    expect(await answer(page)).toBe('authenticated');
    expect(await page.evaluate(() => window.told)).toEqual(['reads', 'stops', 'reads', 'stops']);

    const quiet = await openTab(profile, site, { readMessages: false, storage: 'memory' });
    await expectState(quiet, 'authenticated');
    await quiet.evaluate(() => window.auth.logout());
    await signIn(quiet);
    expect(await quiet.evaluate(() => window.told)).toEqual([]);
  });

  it('stores secrets only in its own storage entry', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await signIn(page);
    const code = latestCode();
    await answer(page, code);
    await page.evaluate(() => {
      for (const state of [window.auth.getSnapshot(), window.auth.actor.getSnapshot()]) {
        console.log(state, JSON.stringify(state));
        document.body.append(JSON.stringify(state));
      }
    });
    const token = await page.evaluate(
      (key) => JSON.parse(sessionStorage.getItem(key) ?? '').token,
      `etna-auth session ${site.emulator.baseUrl}`,
    );
    expect(token).toMatch(/\S{8}/);
    const seen = await page.evaluate(() =>
      JSON.stringify([
        document.documentElement.outerHTML,
        location.href,
        document.cookie,
        history.state,
        performance.getEntries(),
        { ...localStorage },
        Object.entries({ ...sessionStorage }).filter(([key]) => !key.startsWith('etna-auth session ')),
      ]),
    );
    expect(seen).toContain('authenticated');
    for (const canary of [password, code, token]) expect([seen, ...lines].join('\n')).not.toContain(canary);
  });
});

describe('a tab whose login is disposed', () => {
  it('releases the lock', async () => {
    await using profile = await openProfile();
    const [page, other] = [await openTab(profile, site), await openTab(profile, site)];
    await signIn(page);
    await page.evaluate(() => window.auth[Symbol.dispose]());
    await signIn(other);
    expect(await statesOf(other)).toEqual(['requestingToken', 'awaitingCode']);
  });

  it('does not answer other tabs', async () => {
    await using profile = await openProfile();
    const [page, other] = [await openTab(profile, site), await openTab(profile, site)];
    await signIn(page);
    await answer(page);
    await expectState(other, 'authenticated');
    const name = `etna-auth ${site.emulator.baseUrl}`;
    await other.evaluate(() => window.auth[Symbol.dispose]());
    // Receives what the login would receive, after it, and confirms that.
    await page.evaluate((name) => {
      window.auth[Symbol.dispose]();
      const channel = new BroadcastChannel(name);
      channel.onmessage = () => channel.postMessage({ type: 'heard' });
    }, name);
    const told = await other.evaluate(async (name) => {
      const channel = new BroadcastChannel(name);
      const types: string[] = [];
      const heard = new Promise<void>((resolve) => {
        channel.onmessage = ({ data }) => {
          types.push(data.type);
          if (data.type === 'heard') resolve();
        };
      });
      channel.postMessage({ version: 1, type: 'ask' });
      await heard;
      return types;
    }, name);
    expect(told).toEqual(['heard']);
  });

  it('stops reading messages', async () => {
    await using profile = await openOwnProfile();
    await profile.addInitScript(receiveMessages);
    const page = await openTab(profile, site);
    await signIn(page);
    await page.evaluate(() => window.auth[Symbol.dispose]());
    expect(await page.evaluate(() => window.told)).toEqual(['reads', 'stops']);
  });

  it('does not check the session when the page is shown', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    const checks = await page.evaluate(() => {
      const sent: string[] = [];
      window.auth.actor.send = ({ type }) => void sent.push(type);
      const show = () => {
        for (const [target, event] of [
          [document, 'visibilitychange'],
          [window, 'focus'],
          [window, 'pageshow'],
          [window, 'online'],
        ] as const) {
          target.dispatchEvent(new Event(event, { bubbles: true }));
        }
        return sent.length;
      };
      const before = show();
      window.auth[Symbol.dispose]();
      return [before, show()];
    });
    expect(checks).toEqual([4, 4]);
  });
});

describe('tabs', () => {
  it('that sign in at once cause one code, and are all signed in', async () => {
    await using profile = await openProfile();
    const tabs = await Promise.all([1, 2, 3].map(() => openTab(profile, site)));
    const codes = await codesSentBy(async () => {
      await Promise.all(tabs.map((tab) => pressSignIn(tab)));
      await expect
        .poll(async () => (await Promise.all(tabs.map(stateOf))).sort(), { interval: 10 })
        .toEqual(['awaitingCode', 'awaitingTurn', 'awaitingTurn']);
      for (const tab of tabs) if ((await stateOf(tab)) === 'awaitingCode') await answer(tab);
      for (const tab of tabs) await expectState(tab, 'authenticated');
    });
    expect(codes).toBe(1);
    expect(sent()).toHaveLength(2);
  });

  it.each([
    ['gives up', (tab: Page) => tab.evaluate(() => void window.auth.cancel())],
    ['is closed', (tab: Page) => tab.close()],
  ])('go on when the one that signs in %s', async (_, end) => {
    await using profile = await openProfile();
    const [first, second] = await Promise.all([openTab(profile, site), openTab(profile, site)]);
    await signIn(first);
    await pressSignIn(second);
    await expectState(second, 'awaitingTurn');
    expect(
      await codesSentBy(async () => {
        await end(first);
        await expectAnswer(second, 'awaitingCode');
      }),
    ).toBe(1);
    expect(await statesOf(second)).toEqual(['requestingToken', 'awaitingTurn', 'requestingToken', 'awaitingCode']);
    expect(await answer(second)).toBe('authenticated');
  });

  it.each([
    ['ask for the session after waiting, in case they missed the message', async () => {}],
    [
      'also ask for it where another user was signed in before',
      async (tab: Page) => {
        await pressSignIn(tab, 'bob');
        await expectAnswer(tab, 'authenticated');
        await tab.evaluate(() => window.auth.logout());
      },
    ],
  ])('%s', async (_, prepare) => {
    await using profile = await openProfile();
    const second = await openTab(profile, site);
    await prepare(second);
    const first = await openTab(profile, site);
    const earlierStates = (await statesOf(second)).length;
    await first.evaluate(() => {
      const { postMessage } = BroadcastChannel.prototype;
      // A frozen page misses messages.
      BroadcastChannel.prototype.postMessage = function (message) {
        if (message.type === 'opened') BroadcastChannel.prototype.postMessage = postMessage;
        else postMessage.call(this, message);
      };
    });
    await signIn(first);
    await pressSignIn(second);
    await expectState(second, 'awaitingTurn');
    const codes = await codesSentBy(async () => {
      await answer(first);
      await expectAnswer(second, 'authenticated');
    });
    expect(codes).toBe(0);
    expect((await statesOf(second)).slice(earlierStates)).toEqual(['requestingToken', 'awaitingTurn', 'authenticated']);
  });

  it('may stop waiting without affecting the one that signs in', async () => {
    await using profile = await openProfile();
    const [first, second] = await Promise.all([openTab(profile, site), openTab(profile, site)]);
    await signIn(first);
    await pressSignIn(second);
    await expectState(second, 'awaitingTurn');
    expect(await second.evaluate(async () => (await window.auth.cancel()).state)).toBe('idle');
    await pressSignIn(second);
    await expectState(second, 'awaitingTurn');
    expect(await second.evaluate(async () => (await window.auth.cancel()).state)).toBe('idle');
    expect(await answer(first)).toBe('authenticated');
    await expectState(second, 'authenticated');
    expect(await statesOf(second)).toEqual([
      'requestingToken',
      'awaitingTurn',
      'idle',
      'requestingToken',
      'awaitingTurn',
      'idle',
      'authenticated',
    ]);
  });

  it('learn of a login, a logout and a session that the server has ended within a second', async () => {
    await using profile = await openProfile();
    const [first, second] = await Promise.all([openTab(profile, site), openTab(profile, site)]);
    await signIn(first);
    await answer(first);
    await expectState(second, 'authenticated');
    await second.evaluate(() => void window.auth.logout());
    await expectState(first, 'idle');

    await signIn(second);
    await answer(second);
    await expectState(first, 'authenticated');
    await first.evaluate(() => window.auth.actor.send({ type: 'session.rejected' }));
    await expectState(second, 'failed');
    expect(await second.evaluate(() => window.auth.actor.getSnapshot().context.failure?.code)).toBe('session-rejected');
    // The tab that was told does not tell the server once more.
    await expect
      .poll(() =>
        sent()
          .map(({ path }) => path)
          // Nothing waits for the logout, which may arrive after the login that follows.
          .sort(),
      )
      .toEqual(['/api/logout', '/api/token', '/api/token', '/api/token', '/api/token']);
  });

  it.each([
    ['', false],
    [', even if it has only just been opened', true],
  ])(
    'end the session at the server when the user signs out of a page that is left at once%s',
    async (_, isJustOpened) => {
      await using profile = await openProfile();
      const page = await openTab(profile, site);
      await pressSignIn(page, 'bob');
      await expectAnswer(page, 'authenticated');
      if (isJustOpened) {
        await page.reload();
        await page.waitForFunction('window.start !== undefined');
      }
      const { baseUrl, appKey } = site.emulator;
      const left = page.waitForURL('about:blank');
      await page.evaluate((options) => {
        if (options) window.start(options);
        void window.auth.logout();
        location.assign('about:blank');
      }, isJustOpened && { baseUrl, appKey });
      await left;
      await vi.waitFor(() => expect(sent().map(({ path }) => path)).toEqual(['/api/token', '/api/logout']));
    },
  );

  it('ignore the logout of another session, even one of the same user', async () => {
    await using profile = await openProfile();
    const [page, stranger] = await Promise.all([openTab(profile, site), profile.newPage()]);
    await stranger.goto(site.url);
    await signIn(page);
    await answer(page);
    const session = await page.evaluate(() => {
      const { username = '', issuedAt = 0, expiresAt = 0 } = window.auth.actor.getSnapshot().context.session ?? {};
      return { username, issuedAt, expiresAt };
    });
    await stranger.evaluate(
      async ([baseUrl, session]) => {
        const channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
        const heard = new Promise((resolve) => {
          channel.onmessage = resolve;
        });
        for (const name of [
          { ...session, issuedAt: session.issuedAt - 1 },
          { ...session, username: 'bob' },
        ]) {
          channel.postMessage({ version: 1, type: 'closed', reason: 'logout', ...name });
        }
        // Only a tab that is still signed in answers.
        channel.postMessage({ version: 1, type: 'ask' });
        await heard;
      },
      [site.emulator.baseUrl, session] as const,
    );
    expect(await stateOf(page)).toBe('authenticated');
  });

  it('send no login before the time that the server named to one of them, also after a reload', async () => {
    await using profile = await openOwnProfile();
    const [told, other] = [await openTab(profile, site), await openTab(profile, site)];
    const failureOf = (page: Page) => page.evaluate(() => window.auth.actor.getSnapshot().context.failure);
    const isRefused = async (page: Page) => {
      await expectAnswer(page, 'failed');
      expect(await failureOf(page)).toMatchObject({ code: 'too-many-attempts', retryAfter: expect.any(Number) });
    };
    site.emulator.answerNext(answers.tooManyRequests(5));
    await pressSignIn(told);
    await isRefused(told);
    await pressSignIn(other);
    await isRefused(other);
    await reload(told, site);
    await pressSignIn(told);
    await isRefused(told);
    expect(sent()).toHaveLength(1);

    // The server said it of this user alone.
    await pressSignIn(told, 'bob');
    await expectAnswer(told, 'authenticated');
    await expectState(other, 'failed');
    expect(sent()).toHaveLength(2);
    await vi.waitUntil(async () => (await other.evaluate(() => window.auth.retry())).state === 'awaitingCode', {
      timeout: 10_000,
      interval: 500,
    });
    expect(sent()).toHaveLength(3);
  });

  it('send no login either if one of them was told when it sent a code', async () => {
    await using profile = await openOwnProfile();
    const [told, other] = [await openTab(profile, site), await openTab(profile, site)];
    await signIn(told);
    site.emulator.answerNext(answers.tooManyRequests(60));
    expect(await answer(told)).toBe('failed');
    await pressSignIn(other);
    await expectAnswer(other, 'failed');
    expect(sent()).toHaveLength(2);
  });

  it('that are opened later are signed in without a request', async () => {
    await using profile = await openProfile();
    const first = await openTab(profile, site);
    await signIn(first);
    await answer(first);
    const late = await openTab(profile, site);
    await expectState(late, 'authenticated');
    await reload(late, site);
    await first.close();
    expect(await stateOf(late)).toBe('authenticated');
    expect(sent()).toHaveLength(2);
  });

  it('ignore tabs with another base URL, and another user’s browser', async () => {
    await using profile = await openProfile();
    await using other = await openOwnProfile();
    const first = await openTab(profile, site);
    const elsewhere = await openTab(profile, site, { baseUrl: 'https://etna.test/api' });
    const stranger = await openTab(other, site);
    await signIn(first);
    await answer(first);
    await openTab(profile, site).then((tab) => expectState(tab, 'authenticated'));
    expect([await stateOf(elsewhere), await stateOf(stranger)]).toEqual(['idle', 'idle']);
  });
});

describe('a page that is reloaded while the user waits for the code', () => {
  it('says whose login was cut off, and starts over', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    await signIn(page);
    await reload(page, site);
    expect(await page.evaluate(() => window.auth.unfinished)).toMatchObject({ username: 'alice', resumable: false });
    expect(await page.evaluate(() => Object.values({ ...sessionStorage }).join())).toContain('"interimToken":""');
    expect(await codesSentBy(() => signIn(page))).toBe(1);
    expect(await answer(page)).toBe('authenticated');
    await reload(page, site);
    expect(await page.evaluate(() => window.auth.unfinished)).toBe(null);
  });

  it('continues with the code that was sent, if configured', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site, { resumeWithin: 60_000 });
    await signIn(page);
    for (const _ of ['once', 'and again']) {
      await reload(page, site, { resumeWithin: 60_000 });
      await page.evaluate(() => void window.dispatchEvent(new Event('focus')));
      expect(await page.evaluate(() => window.auth.unfinished)).toMatchObject({ username: 'alice', resumable: true });
    }
    const requests = sent().length;
    expect(await codesSentBy(() => signIn(page))).toBe(0);
    expect(sent()).toHaveLength(requests);
    expect(await answer(page)).toBe('authenticated');
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('unfinished');
  });

  it('reports that a new password was being sent, and may be in effect', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site);
    await pressSignIn(page, 'erin');
    await expectAnswer(page, 'awaitingCode');
    site.emulator.answerNext({ silent: true });
    await page.evaluate(() => void window.auth.submitCode('a new secret').catch(() => {}));
    await vi.waitFor(() => expect(sent().at(-1)?.method).toBe('PUT'), { timeout: 10_000 });
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    await reload(page, site);
    expect(await page.evaluate(() => window.auth.unfinished)).toMatchObject({
      username: 'erin',
      resumable: false,
      sent: 'new-password',
    });
    expect(kept).not.toMatch(/a new secret|erin-demo/);
    expect(sent().filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('has another code sent when the user asks for one', async () => {
    await using profile = await openProfile();
    const page = await openTab(profile, site, { resumeWithin: 60_000 });
    await signIn(page);
    await reload(page, site, { resumeWithin: 60_000 });
    await signIn(page);
    expect(await codesSentBy(() => page.evaluate(async () => void (await window.auth.resendCode())))).toBe(1);
    expect(await answer(page)).toBe('authenticated');
  });

  it.each([
    ['too late', 'alice', 61_000],
    ['for somebody else', 'bob', 0],
  ])('does not go on %s', async (_, username, time) => {
    await using profile = await openOwnProfile();
    const page = await openTab(profile, site, { resumeWithin: 60_000 });
    await signIn(page);
    await page.reload();
    await page.clock.setSystemTime(Date.now() + time);
    await page.waitForFunction('window.start !== undefined');
    await page.evaluate((options) => window.start(options), {
      baseUrl: site.emulator.baseUrl,
      appKey: site.emulator.appKey,
      resumeWithin: 60_000,
    });
    const requests = sent().length;
    await pressSignIn(page, username);
    await expectAnswer(page, username === 'bob' ? 'authenticated' : 'awaitingCode');
    expect(sent()).toHaveLength(requests + 1);
  });
});
