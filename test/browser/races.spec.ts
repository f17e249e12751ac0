import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contents, openSite, openTab, reload, type Site } from './open-tab.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());

const credentials = { username: 'bob', password: 'bob-demo' };
const stateOf = (page: Page) => page.evaluate(() => window.auth.getSnapshot().state);
const expectState = (page: Page, state: string) =>
  vi.waitFor(async () => expect(await stateOf(page)).toBe(state), { timeout: 10_000 });
const signIn = (page: Page) =>
  page.evaluate((given) => window.auth.login(given).then(({ state }) => state), credentials);
const signOut = (page: Page) => page.evaluate(() => window.auth.logout().then(({ state }) => state));

/** Counts the changes of state in a tab from now on. */
async function countChanges(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counter = { changes: 0 };
    Object.assign(window, { counter });
    let last = window.auth.getSnapshot();
    window.auth.subscribe((state) => {
      if (state !== last) counter.changes += 1;
      last = state;
    });
  });
  return () => page.evaluate(() => (window as unknown as { counter: { changes: number } }).counter.changes);
}

/** Keeps a tab from hearing anything for so many milliseconds. */
const keepBusy = (page: Page, milliseconds: number) =>
  page.evaluate((duration) => {
    setTimeout(() => {
      for (const end = Date.now() + duration; Date.now() < end; );
    });
  }, milliseconds);

/** A script that denies what a page has by these names. */
const denied = (names: string[], owner = 'window') =>
  `for (const name of ${JSON.stringify(names)}) Object.defineProperty(${owner}, name, { get() { throw new DOMException("denied", "SecurityError"); } })`;

describe('two tabs come to rest', () => {
  it.each([0, 300, 1_500])('after a logout %i ms after the login, while the other tab is busy', async (delay) => {
    await using profile = await site.openProfile();
    const [one, other] = [await openTab(profile, site), await openTab(profile, site)];
    const counts = [await countChanges(one), await countChanges(other)];
    await keepBusy(other, 400);
    await one.evaluate(
      async ([given, pause]) => {
        await window.auth.login(given);
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        await window.auth.logout();
      },
      [credentials, delay] as const,
    );
    await other.waitForTimeout(2_000);
    expect([await stateOf(one), await stateOf(other)]).toEqual(['idle', 'idle']);
    for (const count of counts) expect(await count()).toBeLessThanOrEqual(4);
  });

  it('after a session that is rejected at once', async () => {
    await using profile = await site.openProfile();
    const [one, other] = [await openTab(profile, site), await openTab(profile, site)];
    const counts = [await countChanges(one), await countChanges(other)];
    await one.evaluate(async (given) => {
      await window.auth.login(given);
      window.auth.actor.send({ type: 'session.rejected' });
    }, credentials);
    await other.waitForTimeout(1_000);
    expect(await stateOf(one)).toBe('failed');
    expect(['idle', 'failed']).toContain(await stateOf(other));
    for (const count of counts) expect(await count()).toBeLessThanOrEqual(4);
  });

  it('when a third tab opens while the first one signs out', async () => {
    await using profile = await site.openProfile();
    const [one, other] = [await openTab(profile, site), await openTab(profile, site)];
    await signIn(one);
    await expectState(other, 'authenticated');
    const [third] = await Promise.all([openTab(profile, site), signOut(one)]);
    const count = await countChanges(third);
    await third.waitForTimeout(1_000);
    for (const page of [one, other, third]) expect(await stateOf(page)).toBe('idle');
    expect(await count()).toBeLessThanOrEqual(4);
  });
});

it('a session that ended while a tab was away does not come back', async () => {
  await using profile = await site.openProfile();
  const [one, away] = [await openTab(profile, site), await openTab(profile, site)];
  await signIn(one);
  await expectState(away, 'authenticated');
  await away.goto('about:blank');
  await signOut(one);
  await away.goto(site.url);
  await reload(away, site);
  expect(await stateOf(away)).toBe('idle');
  await reload(one, site);
  expect(await stateOf(one)).toBe('idle');
});

it.each(['cleared by the app', 'full'])(
  'a session that ended while a tab was away does not come back if the storage of the origin is %s',
  async (storage) => {
    await using profile = await site.openProfile({ apart: true });
    const [one, away] = [await openTab(profile, site), await openTab(profile, site)];
    if (storage === 'full') await one.evaluate(() => localStorage.setItem('all', 'x'.repeat(5 * 1024 * 1024 - 3)));
    await signIn(one);
    await expectState(away, 'authenticated');
    await away.goto('about:blank');
    await signOut(one);
    if (storage !== 'full') await one.evaluate(() => localStorage.clear());
    await away.goto(site.url);
    await reload(away, site);
    await expectState(away, 'idle');
    expect(await stateOf(one)).toBe('idle');
  },
);

it('a tab that slept through a logout is signed out when it wakes up', async () => {
  await using profile = await site.openProfile({ apart: true });
  const asleep = await openTab(profile, site);
  await signIn(asleep);
  await asleep.evaluate((baseUrl) => {
    const { session } = window.auth.actor.getSnapshot().context;
    // As the tab leaves it that signs out, of whose message a frozen page hears nothing.
    const ended = [{ username: 'bob', issuedAt: session?.issuedAt, expiresAt: session?.expiresAt }];
    localStorage.setItem(`etna-auth ended ${baseUrl}`, JSON.stringify(ended));
    dispatchEvent(new Event('pageshow'));
  }, site.emulator.baseUrl);
  await expectState(asleep, 'idle');
});

it("a tab that waits for Alice's code is not affected when Bob signs in elsewhere", async () => {
  await using profile = await site.openProfile();
  const [hers, his] = [await openTab(profile, site), await openTab(profile, site)];
  await hers.evaluate(() => window.auth.login({ username: 'alice', password: 'alice-demo' }).then(() => {}));
  expect(await stateOf(hers)).toBe('awaitingCode');
  await signIn(his);
  await his.waitForTimeout(300);
  expect(await stateOf(hers)).toBe('awaitingCode');
});

it('messages from other scripts are dropped', async () => {
  await using profile = await site.openProfile();
  const page = await openTab(profile, site);
  const stranger = await profile.newPage();
  await stranger.goto(site.url);
  const before = site.emulator.requests.length;
  await stranger.evaluate((baseUrl) => {
    const channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
    const session = {
      version: 1,
      baseUrl,
      username: 'eve',
      token: 'x'.repeat(1_000_000),
      issuedAt: 9e15,
      expiresAt: 9e15,
    };
    const messages = [
      {},
      null,
      'logout',
      7,
      [],
      { type: 'code.resend' },
      { type: 'login', credentials: {} },
      { type: 'logout' },
      { version: 2, type: 'closed', reason: 'logout' },
      { version: 1, type: 'closed', reason: 'reset', username: 'bob', issuedAt: 1 },
      { version: 1, type: 'closed', reason: 'logout' },
      { version: 1, type: 'opened', session: {} },
      { version: 1, type: 'opened', session },
    ];
    for (const message of messages) channel.postMessage(message);
  }, site.emulator.baseUrl);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.auth.actor.getSnapshot().status)).toBe('active');
  expect(await stateOf(page)).toBe('idle');
  expect(site.emulator.requests).toHaveLength(before);
});

describe('the turn', () => {
  it.each([1, 2, 3])('is not waited for if this tab held it, and gave it up %i times', async (times) => {
    await using profile = await site.openProfile();
    const page = await openTab(profile, site);
    const states = await page.evaluate(async (times) => {
      const given = { username: 'alice', password: 'alice-demo' };
      for (let time = 0; time < times; time += 1) {
        const cancelled = window.auth.login(given);
        await window.auth.cancel();
        await cancelled.catch(() => {});
      }
      await window.auth.login(given);
      return window.states;
    }, times);
    const cancelled = Array(times).fill(['requestingToken', 'idle']).flat();
    expect(states).toEqual([...cancelled, 'requestingToken', 'awaitingCode']);
  });

  it('is waited for at most ten seconds if an earlier login of the same page holds it, as after a hot reload', async () => {
    await using profile = await site.openProfile({ apart: true });
    const page = await openTab(profile, site);
    const given = { username: 'alice', password: 'alice-demo' };
    await page.evaluate((credentials) => window.auth.login(credentials).then(() => {}), given);
    const { baseUrl, appKey } = site.emulator;
    await page.evaluate((options) => window.start(options), { baseUrl, appKey });
    await page.clock.install();
    const state = page.evaluate((credentials) => window.auth.login(credentials).then(({ state }) => state), given);
    await page.waitForFunction(() => window.auth.getSnapshot().state === 'awaitingTurn');
    await page.clock.fastForward(10_000);
    expect(await state).toBe('awaitingCode');
  });

  it.each([
    ['', false],
    [', also after a hot reload of a page that waited for it', true],
  ])(
    'is waited for at most five minutes if another tab holds it, whose user may have to look for a phone%s',
    async (_, isReloaded) => {
      await using profile = await site.openProfile({ apart: true });
      const [first, second] = [await openTab(profile, site), await openTab(profile, site)];
      const given = { username: 'alice', password: 'alice-demo' };
      await first.evaluate((credentials) => window.auth.login(credentials).then(() => {}), given);
      if (isReloaded) {
        await second.evaluate((credentials) => void window.auth.login(credentials), given);
        await second.waitForFunction(() => window.auth.getSnapshot().state === 'awaitingTurn');
        const { baseUrl, appKey } = site.emulator;
        await second.evaluate((options) => window.start(options), { baseUrl, appKey });
      }
      await second.clock.install();
      const state = second.evaluate((credentials) => window.auth.login(credentials).then(({ state }) => state), given);
      await second.waitForFunction(() => window.auth.getSnapshot().state === 'awaitingTurn');
      for (const _ of [1, 2, 3, 4]) await second.clock.fastForward(60_000);
      expect(await second.evaluate(() => window.states)).toEqual(['requestingToken', 'awaitingTurn']);
      await second.clock.fastForward(60_000);
      expect(await state).toBe('awaitingCode');
    },
  );
});

it('a session that has ended is not accepted from a slower tab, even without storage', async () => {
  await using profile = await site.openProfile({ apart: true });
  await profile.addInitScript(denied(['localStorage']));
  const page = await openTab(profile, site);
  const stranger = await profile.newPage();
  await stranger.goto(site.url);
  const tell = (issuedAt: number) =>
    stranger.evaluate(
      ([baseUrl, issuedAt]) => {
        const name = { username: 'bob', issuedAt, expiresAt: Date.now() + 60_000 };
        const session = { version: 1, baseUrl, token: 'token', ...name };
        new BroadcastChannel(`etna-auth ${baseUrl}`).postMessage({ version: 1, type: 'opened', session });
        return name;
      },
      [site.emulator.baseUrl, issuedAt] as const,
    );
  await stranger.evaluate((baseUrl) => {
    const name = { username: 'bob', issuedAt: 1, expiresAt: Date.now() + 60_000 };
    const message = { version: 1, type: 'closed', reason: 'logout', ...name };
    new BroadcastChannel(`etna-auth ${baseUrl}`).postMessage(message);
  }, site.emulator.baseUrl);
  await tell(1);
  await page.waitForTimeout(300);
  expect(await stateOf(page)).toBe('idle');
  // It is not the form of what was told that was refused.
  await tell(2);
  await expectState(page, 'authenticated');
});

it('a value that does not fit into JSON is dropped without an error', async () => {
  await using profile = await site.openProfile();
  const page = await openTab(profile, site);
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const stranger = await profile.newPage();
  await stranger.goto(site.url);
  await stranger.evaluate((baseUrl) => {
    const channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const session of [cyclic, 1n, { username: 1n }, new Map(), new ArrayBuffer(1)]) {
      channel.postMessage({ version: 1, type: 'opened', session });
    }
    channel.postMessage({
      version: 1,
      type: 'closed',
      reason: 'logout',
      username: 'bob',
      issuedAt: 1,
      expiresAt: 1 / 0,
    });
  }, site.emulator.baseUrl);
  await page.waitForTimeout(300);
  expect(errors).toEqual([]);
  expect(await stateOf(page)).toBe('idle');
});

describe('a frame that its page has written', () => {
  it.each([
    ['without a sandbox', null],
    ['in a sandbox that is of no origin', 'allow-scripts'],
  ])('%s signs in, and knows relative addresses by its page', async (_, sandbox) => {
    await using profile = await site.openProfile();
    const page = await profile.newPage();
    await page.goto(site.url);
    await page.evaluate(
      ([sandbox, contents]) => {
        const frame = document.createElement('iframe');
        if (sandbox !== null) frame.setAttribute('sandbox', sandbox);
        frame.srcdoc = `<!doctype html>${contents}`;
        document.body.append(frame);
      },
      [sandbox, contents] as const,
    );
    await vi.waitFor(() => expect(page.frames()).toHaveLength(2));
    const frame = page.frames().at(-1) ?? page.mainFrame();
    await frame.waitForFunction('window.start !== undefined');
    const { baseUrl, appKey } = site.emulator;
    await frame.evaluate((appKey) => {
      window.start({ baseUrl: '/etna', appKey });
      window.auth[Symbol.dispose]();
    }, appKey);
    await frame.evaluate((options) => window.start(options), { baseUrl, appKey });
    const state = await frame.evaluate((given) => window.auth.login(given).then(({ state }) => state), credentials);
    expect(state).toBe('authenticated');
  });
});

describe('a browser without', () => {
  const broken: Record<string, string> = {
    'a channel between tabs': 'delete window.BroadcastChannel',
    'a channel that opens': 'window.BroadcastChannel = class { constructor() { throw new Error("denied"); } }',
    'a channel that takes messages':
      'BroadcastChannel.prototype.postMessage = () => { throw new DOMException("closed", "InvalidStateError"); }',
    'storage that may be read': denied(['sessionStorage', 'localStorage']),
    locks: 'Object.defineProperty(navigator, "locks", { value: undefined })',
    'locks that may be looked at': denied(['locks'], 'navigator'),
    'locks that may be asked for':
      'navigator.locks.request = () => Promise.reject(new DOMException("denied", "SecurityError"))',
    'locks that do not throw': 'navigator.locks.request = () => { throw new DOMException("denied", "SecurityError"); }',
  };
  it.each(Object.entries(broken))('%s still signs in, and reports it', async (_, script) => {
    await using profile = await site.openProfile({ apart: true });
    await profile.addInitScript(script);
    const page = await openTab(profile, site);
    expect(await signIn(page)).toBe('authenticated');
    expect(await page.evaluate(() => window.told)).toEqual([
      script.includes('sessionStorage') ? 'no storage' : 'alone',
    ]);
  });

  it('locks that answer within three seconds still signs in, and reports it', async () => {
    await using profile = await site.openProfile({ apart: true });
    await profile.clock.install();
    await profile.addInitScript('navigator.locks.request = () => new Promise(() => { window.isAsked = true; })');
    const page = await openTab(profile, site);
    const state = signIn(page);
    await page.waitForFunction('window.isAsked');
    await page.clock.fastForward(3_000);
    expect(await state).toBe('authenticated');
    expect(await page.evaluate(() => window.told)).toEqual(['alone']);
  });
});

it('a page that comes back from where it could hear nothing asks what it missed, or says what it has', async () => {
  await using profile = await site.openProfile();
  const [page, other] = [await openTab(profile, site), await openTab(profile, site)];
  const comeBack = async () => {
    await other.evaluate((baseUrl) => {
      const channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
      const { promise, resolve } = Promise.withResolvers<unknown>();
      channel.onmessage = ({ data }) => resolve(data.type);
      Object.assign(window, { heard: promise });
    }, site.emulator.baseUrl);
    await page.evaluate(() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    return other.evaluate(() => (window as unknown as { heard: Promise<unknown> }).heard);
  };
  expect(await comeBack()).toBe('ask');
  await signIn(page);
  expect(await comeBack()).toBe('opened');
});

it("a tab that bob has signed out of does not become alice's when a tab of hers is loaded again, or opened", async () => {
  await using profile = await site.openProfile();
  const [his, hers] = [await openTab(profile, site), await openTab(profile, site)];
  await signIn(his);
  await expectState(hers, 'authenticated');
  await signOut(hers);
  await expectState(his, 'idle');
  await hers.evaluate(() => window.auth.login({ username: 'carol', password: 'carol-demo' }).then(() => {}));
  const session = { username: 'alice', issuedAt: Date.now(), expiresAt: Date.now() + 60_000 };
  const opened = {
    version: 1,
    type: 'opened',
    session: { ...session, version: 1, baseUrl: site.emulator.baseUrl, token: 'dG9rZW4=' },
  };
  const tell = (isNew: boolean) =>
    hers.evaluate(([baseUrl, message]) => new BroadcastChannel(`etna-auth ${baseUrl}`).postMessage(message), [
      site.emulator.baseUrl,
      { ...opened, isNew },
    ] as const);
  await tell(false);
  await his.waitForTimeout(300);
  expect(await stateOf(his)).toBe('idle');
  // When she signs in, all tabs are hers.
  await tell(true);
  await expectState(his, 'authenticated');
});

describe('an earlier session of the user', () => {
  /** What another tab would tell of a session that began before this one. */
  const tellOfEarlier = (page: Page) =>
    page.evaluate(
      ({ baseUrl, username }) => {
        const { session } = window.auth.actor.getSnapshot().context;
        const issuedAt = (session?.issuedAt ?? Date.now()) - 1_000;
        const expiresAt = Date.now() + 60_000;
        const told = { version: 1, baseUrl, username, token: 'ZWFybGllcg==', issuedAt, expiresAt };
        const channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
        const { promise, resolve } = Promise.withResolvers<unknown>();
        channel.onmessage = ({ data }) => resolve({ type: data.type, issuedAt: data.session?.issuedAt });
        channel.postMessage({ version: 1, type: 'opened', session: told });
        return Promise.race([promise, new Promise((silence) => setTimeout(silence, 500, null))]);
      },
      { baseUrl: site.emulator.baseUrl, username: credentials.username },
    );

  it('ends with the later one: who signs out is signed out, and not back in it', async () => {
    await using profile = await site.openProfile();
    const page = await openTab(profile, site);
    await signIn(page);
    await signOut(page);
    expect(await tellOfEarlier(page)).toBe(null);
    expect(await stateOf(page)).toBe('idle');
  });

  it('is no match for the later one, of which the other tab is told', async () => {
    await using profile = await site.openProfile();
    const page = await openTab(profile, site);
    await signIn(page);
    const issuedAt = await page.evaluate(() => window.auth.actor.getSnapshot().context.session?.issuedAt);
    expect(await tellOfEarlier(page)).toEqual({ type: 'opened', issuedAt });
    expect(await page.evaluate(() => window.auth.actor.getSnapshot().context.session?.issuedAt)).toBe(issuedAt);
  });

  it('is not what a new login brings, though the clock was set back since the last log-out', async () => {
    await using profile = await site.openProfile();
    const [page, other] = [await openTab(profile, site), await openTab(profile, site)];
    await page.evaluate(
      ({ baseUrl, username }) => {
        const ended = [{ username, issuedAt: Date.now() + 120_000, expiresAt: Date.now() + 3_600_000 }];
        localStorage.setItem(`etna-auth ended ${baseUrl}`, JSON.stringify(ended));
      },
      { baseUrl: site.emulator.baseUrl, username: credentials.username },
    );
    await signIn(page);
    await page.evaluate(() => void window.dispatchEvent(new Event('focus')));
    expect(await stateOf(page)).toBe('authenticated');
    await expectState(other, 'authenticated');
    await reload(page, site);
    expect(await stateOf(page)).toBe('authenticated');
  });

  it('is not brought back by a tab that remembers an end from before the clock was set back', async () => {
    await using profile = await site.openProfile({ apart: true });
    const [page, other] = [await openTab(profile, site), await openTab(profile, site)];
    const setClocks = async (time: number) => {
      for (const tab of [page, other]) await tab.clock.setSystemTime(time);
    };
    await setClocks(Date.now() + 120_000);
    await signIn(page);
    await expectState(other, 'authenticated');
    await signOut(page);
    await expectState(other, 'idle');
    await setClocks(Date.now());
    await signIn(page);
    await expectState(other, 'authenticated');
    // Both write another end: what they remember is written with it.
    await page.evaluate((name) => {
      const session = { username: 'alice', issuedAt: Date.now(), expiresAt: Date.now() + 60_000 };
      new BroadcastChannel(name).postMessage({ version: 1, type: 'closed', reason: 'logout', ...session });
    }, `etna-auth ${site.emulator.baseUrl}`);
    await page.waitForTimeout(200);
    for (const tab of [page, other]) await tab.evaluate(() => void window.dispatchEvent(new Event('focus')));
    expect([await stateOf(page), await stateOf(other)]).toEqual(['authenticated', 'authenticated']);
  });
});
