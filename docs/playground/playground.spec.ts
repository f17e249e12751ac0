import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { authMachine } from '../../machines/auth.machine.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { chromiumArguments, chromium as executablePath } from '../../test/browser/chromium.ts';
import { type ServedFolder, serveFolder } from '../../test/browser/serve-folder.ts';
import { scenarios } from './scenarios.ts';

const outDir = resolve(import.meta.dirname, '../../.cache/playground');

let server: ServedFolder;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let url: string;
/** What the page asked the network for, and what it complained about. */
const asked: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  // What readers get, and not what is built for tests.
  vi.stubEnv('NODE_ENV', 'production');
  await build({
    configFile: resolve(import.meta.dirname, 'vite.config.ts'),
    build: { outDir, emptyOutDir: true },
    logLevel: 'error',
  });
  vi.unstubAllEnvs();
  // Some folder of some static host.
  server = await serveFolder(outDir, '/some/folder/');
  url = server.url;
  browser = await chromium.launch({ executablePath, args: chromiumArguments });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  server?.[Symbol.dispose]();
});

const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

/** What the machine tells. */
interface Fact {
  readonly state: string;
  readonly code?: string;
  readonly attempt?: number;
}

/** Waits until the machine tells this, and then looks what is lit. */
async function isIn(state: string, more: Omit<Fact, 'state'> = {}): Promise<void> {
  const expected: Fact = { state, ...more };
  const found = await page.evaluate(async (expected) => {
    const look = () => {
      const { value, context } = window.auth?.actor.getSnapshot() ?? {};
      return {
        told: { state: value, code: context?.failure?.code, attempt: context?.challenge?.attempt },
        lit: [...document.querySelectorAll('[aria-current="step"]')].map((node) => node.getAttribute('data-state')),
        read: document.querySelector('.state-line')?.textContent,
      };
    };
    const isThere = ({ told, lit }: ReturnType<typeof look>) =>
      lit[0] === told.state &&
      told.state === expected.state &&
      (!expected.code || told.code === expected.code) &&
      (!expected.attempt || told.attempt === expected.attempt);
    const end = performance.now() + 10_000;
    while (!isThere(look()) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 2));
    return look();
  }, expected);
  expect(found).toMatchObject({ told: expected, lit: [state], read: `state: ${state}` });
}

/** Changes the page's address, which loads it the first time only. */
const open = (name: string) => page.goto(`${url}#${name}`);
const fillIn = () => press(/^Fill in name and password$/);
const signIn = async () => {
  await fillIn();
  await press('Sign in');
};
const answer = async (fill: string | RegExp) => {
  await press(fill);
  await press('Continue');
};
const code = () => answer('Fill in the code');
const wrongCode = async (attempt: number) => {
  await answer('Wrong one');
  await isIn('awaitingCode', { attempt });
};
const pin = () => answer(/^Fill in the PIN$/);
const takenWays = () => page.locator('text[data-taken]').allTextContents();

/** How a user goes through each scenario, and where that leads. */
const walks: Record<string, () => Promise<void>> = {
  async 'sms-code'() {
    await isIn('idle');
    await signIn();
    await isIn('awaitingCode');
    await code();
    await isIn('authenticated');
    await press('Sign out');
    await isIn('idle');
    expect(await takenWays()).toEqual(
      expect.arrayContaining(['login', 'at once [isChallenged]', 'code.submit', 'at once [isSucceeded]', 'logout']),
    );
    // The outcome of each of the two calls is decided on in one place.
    expect((await takenWays()).filter((label) => label.startsWith('done'))).toHaveLength(2);
    expect(await takenWays()).toHaveLength(7);
  },
  async 'password-only'() {
    await signIn();
    await isIn('authenticated');
    expect(await page.getByRole('region', { name: 'The user’s phone' }).count()).toBe(0);
  },
  async 'code-and-pin'() {
    await signIn();
    await isIn('awaitingCode');
    await code();
    await page.getByLabel('PIN').waitFor();
    await isIn('awaitingCode');
    expect(await page.getByRole('button', { name: 'Fill in the code' }).isDisabled()).toBe(true);
    await pin();
    await isIn('authenticated');
  },
  async 'pin-first'() {
    await signIn();
    await isIn('awaitingCode');
    await pin();
    await page.getByLabel('Code', { exact: true }).waitFor();
    await isIn('awaitingCode');
    await code();
    await isIn('authenticated');
  },
  async 'two-tabs'() {
    await tabsAre('idle', 'idle');
    await tab('A')
      .getByRole('button', { name: /^Fill in/ })
      .click();
    await tab('A').getByRole('button', { name: 'Sign in' }).click();
    await tabsAre('awaitingCode', 'idle');
    await tab('B')
      .getByRole('button', { name: /^Fill in/ })
      .click();
    await tab('B').getByRole('button', { name: 'Sign in' }).click();
    await tabsAre('awaitingCode', 'awaitingTurn');
    await tab('B').getByText('another tab').waitFor();
    await answer('Fill in the code');
    await tabsAre('authenticated', 'authenticated');
    expect(await page.locator('.message').count()).toBe(1);
    await tab('B').getByRole('button', { name: 'Sign out' }).click();
    await tabsAre('idle', 'idle');
  },
  async 'late-message'() {
    await press('Hold');
    await tab('A')
      .getByRole('button', { name: /^Fill in/ })
      .click();
    await tab('A').getByRole('button', { name: 'Sign in' }).click();
    await tabsAre('authenticated', 'idle');
    await tab('A').getByRole('button', { name: 'Sign out' }).click();
    await tabsAre('idle', 'idle');
    await expect.poll(() => page.getByLabel('Messages to tab B').getByRole('status').textContent()).toBe('2 held');
    await press('Deliver');
    await page.waitForTimeout(100);
    await tabsAre('idle', 'idle');
    expect(await takenWays()).not.toContain('session.shared [isNewerSession]');
    await press('Hold');
    await tab('A')
      .getByRole('button', { name: /^Fill in/ })
      .click();
    await tab('A').getByRole('button', { name: 'Sign in' }).click();
    await tabsAre('authenticated', 'idle');
    await press('Deliver');
    await tabsAre('authenticated', 'authenticated');
    expect(await takenWays()).toContain('session.shared [isNewerSession]');
  },
  async 'wrong-code'() {
    await signIn();
    await isIn('awaitingCode');
    await wrongCode(2);
    await wrongCode(3);
    await code();
    await isIn('authenticated');
    expect(await takenWays()).toContain('at once [isChallenged]');
  },
  async 'refused-code'() {
    await signIn();
    await isIn('awaitingCode');
    await answer('Wrong one');
    await isIn('failed', { code: 'invalid-code' });
  },
  'wrong-password': () => failsWith('invalid-credentials'),
  async 'expired-password'() {
    await signIn();
    await isIn('awaitingCode');
    await answer(/^Fill in a new password$/);
    await isIn('authenticated');
    expect(await takenWays()).toContain('at once [isRestarting]');
  },
  async 'no-pin'() {
    await signIn();
    await isIn('awaitingCode');
    await answer(/^Fill in a new PIN$/);
    await page.getByLabel('PIN', { exact: true }).waitFor();
    await pin();
    await isIn('authenticated');
  },
  async throttled() {
    await failsWith('too-many-attempts');
    await press(/^\+ 1 min/);
    await press('Try again');
    await isIn('awaitingCode');
  },
  async slow() {
    await signIn();
    await isIn('requestingToken');
    expect(await page.locator('li[data-kind="request"]').textContent()).toContain('…');
    await press('Cancel');
    await isIn('idle');
  },
  async silent() {
    await signIn();
    await isIn('requestingToken');
    await isIn('failed', { code: 'timeout' });
  },
  async offline() {
    await failsWith('network');
    await press('Try again');
    await isIn('awaitingCode');
  },
  async 'server-error'() {
    await failsWith('server-error');
    await press('Dismiss');
    await isIn('idle');
  },
  'captive-portal': () => failsWith('malformed-reply'),
  redirect: () => failsWith('redirected'),
  lie: () => failsWith('malformed-reply'),
  'unknown-step': () => failsWith('unsupported-step'),
  async 'late-code'() {
    await signIn();
    await isIn('awaitingCode');
    await press(/^\+ 1 h/);
    await code();
    await isIn('failed', { code: 'ticket-expired' });
  },
  async 'session-over'() {
    await signIn();
    await isIn('authenticated');
    await press(/^\+ 1 h/);
    await isIn('authenticated');
    await press(/^\+ 24 h/);
    await isIn('failed', { code: 'session-expired' });
  },
  async 'session-ended'() {
    await signIn();
    await isIn('authenticated');
    await press('Call the API');
    await page.getByText('GET /api/v1.0/users/@me/info 200').waitFor();
    await isIn('authenticated');
    await press('End it at the server');
    await press('Call the API');
    await isIn('failed', { code: 'session-rejected' });
  },
  async 'kept-session'() {
    const server = page.getByLabel('The server').getByRole('combobox');
    await programIs('absent', 0);
    expect(await page.getByRole('link', { name: 'keepSession' }).getAttribute('href')).toBe(
      './docs/sessions.html#stay-signed-in',
    );
    expect(readFileSync(resolve(import.meta.dirname, '../sessions.md'), 'utf8')).toContain('\n## Stay signed in\n');
    await press('Call the API');
    await programIs('live', 1);
    await press(/^\+ 1 h/);
    await programIs('live', 1);
    await press(/^\+ 24 h/);
    await programIs('live', 2);
    // The next session is there before the server refuses the old one.
    expect(await page.locator('.timeline [data-refused="true"]').count()).toBe(0);
    await press('End the session');
    await press('Call the API');
    await programIs('live', 3);
    expect(await takenWays()).toContain('session.rejected [isRejected]');
    await server.selectOption('is down');
    await press(/^\+ 24 h/);
    await programIs('backingOff', 3);
    expect(await factOf('Renewal')).toBe('–');
    expect(await factOf('Next try')).not.toBe('–');
    await server.selectOption('answers as usual');
    await press('Another program signs in');
    await programIs('backingOff', 4);
    await press('Call the API');
    await programIs('live', 4);
    expect(await takenWays()).toContain('session.found [isRenewed]');
    await server.selectOption('allows no login for an hour');
    for (let nights = 0; nights < 3; nights += 1) await press('Sleep for 8 hours');
    await programIs('backingOff', 5);
    await server.selectOption('refuses the password');
    await press(/^\+ 1 min/);
    await programIs('backingOff', 5);
    await press(/^\+ 24 h/);
    await programIs('refused', 6);
    await press('Call the API');
    await page.getByText('The call failed: The user name or the password is wrong').waitFor();
  },
};

/** Waits until the chart of the program shows this state, and the program has sent so many logins. */
const programIs = async (state: string, logins: number) => {
  const shown = async () => [
    await page.locator('.state-line').textContent(),
    await page.locator('[aria-current="step"]').getAttribute('data-state'),
    await page.locator('.facts div:last-child dd').textContent(),
  ];
  await expect.poll(shown).toEqual([`state: ${state}`, state, String(logins)]);
};
const factOf = (name: string) => page.locator('.facts div').filter({ hasText: name }).locator('dd').textContent();

const tab = (name: string) => page.getByRole('region', { name: `Tab ${name}` });
const tabsAre = (one: string, other: string) =>
  expect.poll(() => page.locator('.state-line').textContent()).toBe(`Tab A: ${one}, Tab B: ${other}`);

async function failsWith(code: string): Promise<void> {
  await signIn();
  await isIn('failed', { code });
}

describe('the playground, as a static page', () => {
  it('plays each scenario to its end, and shows the state of the machine at each step', async () => {
    const names = Object.values(scenarios)
      .flat()
      .map(({ name }) => name);
    expect(names).toEqual(Object.keys(walks));
    await page.goto(url);
    await page.getByLabel('Network delay').selectOption('0 s');
    for (const [name, walk] of Object.entries(walks)) {
      await open(name);
      await walk().catch((error) => {
        throw new Error(`${name}: ${error.message}`, { cause: error });
      });
    }
  }, 60_000);

  it('supports back and forward, and names the scenario', async () => {
    await open('no-pin');
    await page.getByRole('link', { name: 'Offline', exact: true }).click();
    await expect.poll(() => page.title()).toBe('Offline – etna-auth');
    await signIn();
    await page.getByRole('link', { name: 'Skip to the login' }).press('Enter');
    await isIn('failed', { code: 'network' });
    await page.goBack();
    await page.goBack();
    await isIn('idle');
    expect(await page.title()).toBe('PIN never set – etna-auth');
    expect(await page.locator('.scenarios [aria-current]').allTextContents()).toEqual(['PIN never set']);
    await page.goForward();
    await expect.poll(() => page.title()).toBe('Offline – etna-auth');
    await isIn('idle');
    expect(await page.title()).toBe('Offline – etna-auth');
  });

  it('keeps the focus where it is when a scenario is chosen, or started over', async () => {
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('link', { name: 'Wrong code', exact: true }).press('Enter');
    await expect.poll(() => page.title()).toBe('Wrong code – etna-auth');
    expect(await focused()).toBe('Wrong code');
    await signIn();
    await isIn('awaitingCode');
    await page.getByRole('button', { name: 'Start over' }).press('Enter');
    await isIn('idle');
    expect(await focused()).toBe('Start over');
    expect(await page.getByLabel('User name').inputValue()).toBe('');
  });

  it('explains a state and its transitions with the descriptions of the machine', async () => {
    const { states } = authMachine;
    await page.locator('[data-state="deciding"]').focus();
    const explanation = page.locator('.explanation');
    expect(await explanation.textContent()).toContain(states.deciding?.description);
    expect(await explanation.textContent()).toContain('too many codes were wrong');
    await page.locator('[data-state="deciding"]').blur();
    expect(await explanation.textContent()).toContain(states.idle?.description);
  });

  it('works with the keyboard alone', async () => {
    await open('sms-code');
    const keys = page.keyboard;
    const tabTo = async (name: RegExp) => {
      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
      for (let presses = 0; !name.test(await focused()); presses += 1) {
        if (presses > 20) throw new Error(`Where is ${name}?`);
        await keys.press('Tab');
      }
    };
    await page.getByLabel('User name').focus();
    await tabTo(/^Fill in name/);
    await keys.press('Enter');
    await keys.press('Enter');
    await isIn('awaitingCode');
    await tabTo(/^Fill in the code/);
    await keys.press('Enter');
    await keys.press('Enter');
    await isIn('authenticated');
  });

  it('logs what happened without secrets, and copies it as text', async () => {
    await press('Copy as text');
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text.replaceAll(/\d+ ms/g, '0 ms').replaceAll(/^\w{3}, [\d:.]+ {2}/gm, '')).toBe(
      [
        'idle -> requestingToken 0 ms',
        'POST /api/token 202 Expecting VerificationCode “Expecting confirmation code” 0 ms',
        'SMS to +1 202 555 0100',
        'requestingToken -> awaitingCode (VerificationCode) 0 ms',
        'awaitingCode -> verifyingCode 0 ms',
        'POST /api/token 200 Succeeded 0 ms',
        'verifyingCode -> authenticated 0 ms',
      ].join('\n'),
    );
    const seen = await page.evaluate(() => document.documentElement.outerHTML + location.href);
    expect(seen).toContain('password: •••, username: alice');
    for (const secret of ['alice-demo', 'NDU1NDRlNDEtNDE1']) expect(seen).not.toContain(secret);
    const [, sent = ''] = /Your code is (\d{6})/.exec(await page.locator('.phone').innerText()) ?? [];
    expect(await page.locator('.timeline').innerText()).not.toContain(sent);
  });

  it('is accessible in light and dark, and fits from 320 to 2560 pixels', async () => {
    // As the browser's own tools would: the page itself lets no other script in.
    await page.evaluate(axe.source);
    const fits = async (width: number) => {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    };
    const violations = (rules: string[]) =>
      page.evaluate(async (rules) => {
        const options = { resultTypes: ['violations'], ...(rules.length > 0 && { runOnly: rules }) };
        const { violations } = await Reflect.get(window, 'axe').run(options);
        return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => [
          id,
          nodes.map(({ html }) => html),
        ]);
      }, rules);
    const isAccessible = async () => {
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await violations([])).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      // Nothing but colours is different.
      expect(await violations(['color-contrast'])).toEqual([]);
    };
    // Not by the address, which would reload the page, without axe.
    const choose = (title: string) => page.getByRole('link', { name: title, exact: true }).click();
    await choose('Wrong code');
    await signIn();
    await isIn('awaitingCode');
    await wrongCode(2);
    for (const width of [2560, 1440, 1024, 768, 320]) await fits(width);
    await isAccessible();
    await page.setViewportSize({ width: 1440, height: 900 });
    await code();
    await isIn('authenticated');
    await isAccessible();
    await choose('Two tabs');
    await tab('A')
      .getByRole('button', { name: /^Fill in/ })
      .click();
    await tab('A').getByRole('button', { name: 'Sign in' }).click();
    await tabsAre('awaitingCode', 'idle');
    for (const width of [1440, 1280, 768, 320]) await fits(width);
    await page.setViewportSize({ width: 1440, height: 900 });
    await isAccessible();
    await choose('Kept session');
    await press('Call the API');
    await programIs('live', 1);
    for (const width of [1440, 1280, 768, 320]) await fits(width);
    await page.setViewportSize({ width: 1440, height: 900 });
    await isAccessible();
    await choose('Offline');
    await failsWith('network');
    await isAccessible();
  });

  it('respects reduced motion', async () => {
    const running = () =>
      page.evaluate(
        () =>
          document
            .getAnimations()
            .filter((animation) => !/^settle/.test((animation as CSSAnimation).animationName ?? '')).length,
      );
    expect(await running()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await press('Try again');
    await isIn('awaitingCode');
    expect(await running()).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });

  it('paints within a second', async () => {
    const paint = async () => {
      await page.goto('about:blank');
      await page.goto(url);
      return page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries()[0]?.startTime ?? Number.NaN)).observe({
              type: 'paint',
              buffered: true,
            });
          }),
      );
    };
    let soonest = await paint();
    // What else the machine does meanwhile is not the page's fault.
    for (let times = 1; times < 3 && soonest > 1_000; times += 1) soonest = Math.min(soonest, await paint());
    console.log(`playground: first paint after ${Math.round(soonest)} ms`);
    expect(soonest).toBeLessThan(1_000);
  });

  it('requests only its own files, and logs no errors', () => {
    expect(asked.filter((address) => !address.startsWith(url))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('links to its own parts, to scenarios, and to pages of the docs', async () => {
    await page.goto('about:blank');
    await page.goto(url);
    await page.getByLabel('Base URL').waitFor();
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    const names = Object.values(scenarios)
      .flat()
      .map(({ name }) => `#${name}`);
    const parts = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => `#${id}`));
    expect(links.filter((link) => link.startsWith('#'))).toEqual(expect.arrayContaining(names));
    const beyond = links.filter((link) => ![...names, ...parts, './'].includes(link));
    expect(beyond.length).toBeGreaterThan(0);
    for (const link of beyond) {
      const [, name] = /^\.\/docs\/(?:(\w+)\.html)?$/.exec(link) ?? [null, link];
      expect(existsSync(resolve(import.meta.dirname, '..', `${name ?? 'README'}.md`)), link).toBe(true);
    }
  });

  it('signs in to a real server, and stores neither its address nor its key', async () => {
    await using emulator = await startEmulator();
    await page.goto(url);
    await page.getByLabel('Base URL').fill(emulator.baseUrl);
    await page.getByLabel('Application key').fill(emulator.appKey);
    await press('Connect');
    await page.locator('[name="username"]:focus').fill('alice');
    await page.getByLabel('Password', { exact: true }).fill('alice-demo');
    await press('Sign in');
    await isIn('awaitingCode');
    await page.getByLabel('Code', { exact: true }).fill((await emulator.nextMessage('alice')).code);
    await press('Continue');
    await isIn('authenticated');
    await press('Call the API');
    await page.getByText('GET /api/v1.0/users/@me/info 200').waitFor();
    const kept = await page.evaluate(() => [
      location.href,
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    ]);
    expect(kept.join()).not.toContain(emulator.appKey);
    await press('Back to the emulator');
    await isIn('idle');
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(emulator.baseUrl);
    expect(page.url()).toBe(`${url}#sms-code`);
  });

  it('leaves that server when the user goes back', async () => {
    for (const isLinkUsed of [false, true]) {
      await page.goto('about:blank');
      await page.goto(url);
      if (isLinkUsed) await page.getByRole('link', { name: 'Your server', exact: true }).click();
      await page.getByLabel('Base URL').fill('https://broker.example/api');
      await page.getByLabel('Application key').fill('key');
      await press('Connect');
      await page.getByRole('heading', { name: 'Your server: https://broker.example' }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'Code by SMS' }).waitFor();
    }
  });

  it('continues as before if it cannot connect, and after visiting another section', async () => {
    const day = 24 * 60 * 60_000;
    const ahead = async () => (await page.evaluate(() => Date.now())) - Date.now();
    await signIn();
    await press(/^\+ 24 h/);
    await page.getByRole('link', { name: 'Skip to the login' }).press('Enter');
    await page.goBack();
    await page.getByLabel('Base URL').fill('http://broker.example/api');
    await page.getByLabel('Application key').fill('key');
    await press('Connect');
    await page.getByRole('alert').waitFor();
    expect(await ahead()).toBeGreaterThan(day - 60_000);
    await isIn('awaitingCode');
    await press('Start over');
    expect(await ahead()).toBeLessThan(60_000);
  });

  it('explains why a page may not reach a server', async () => {
    await page.getByLabel('Base URL').fill('http://broker.example/api');
    await page.getByLabel('Application key').fill('key');
    await press('Connect');
    expect(await page.getByRole('alert').textContent()).toContain('not encrypted');
    await page.getByLabel('Base URL').fill(url.replace('127.0.0.1', 'localhost'));
    await page.getByLabel('Application key').fill('key');
    await press('Connect');
    await page.getByLabel('User name').fill('alice');
    await page.getByLabel('Password', { exact: true }).fill('alice-demo');
    await press('Sign in');
    await isIn('failed', { code: 'network' });
    expect(await page.locator('li[data-kind="request"]').textContent()).toContain('no answer');
    const explanation = page.getByRole('status').filter({ hasText: '(CORS)' });
    expect(await explanation.textContent()).toContain('A server must list the pages that may call it');
    expect(await page.getByRole('link', { name: 'Browsers and proxies' }).getAttribute('href')).toBe(
      './docs/browser.html',
    );
  });

  it('reports a denied clipboard, and offers no copying without one', async () => {
    const errors: Error[] = [];
    page = await browser.newPage({ reducedMotion: 'reduce' });
    const pageSession = await page.context().newCDPSession(page);
    const { targetInfo } = await pageSession.send('Target.getTargetInfo');
    const browserSession = await browser.newBrowserCDPSession();
    await browserSession.send('Browser.setPermission', {
      permission: { name: 'clipboard-write' },
      setting: 'denied',
      browserContextId: targetInfo.browserContextId ?? '',
    });
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(url);
    await signIn();
    await isIn('awaitingCode');
    for (const name of ['Copy', 'Copy as text']) await press(name);
    const notices = page.getByRole('status').filter({ hasText: 'The browser does not allow it.' });
    await expect.poll(() => notices.count()).toBe(2);

    // Some machine in the same house.
    const elsewhere = 'http://playground.example/some/folder/';
    await page.route(`${elsewhere}**`, (route) =>
      route.continue({ url: route.request().url().replace(elsewhere, url) }),
    );
    await page.goto(elsewhere);
    await signIn();
    await isIn('awaitingCode');
    expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
