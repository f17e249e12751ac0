import axe from 'axe-core';
import { type Auth, type CreateAuthOptions, createAuth } from 'etna-auth';
import { answers, createAuthTestModel, runPath, type ScriptedAnswer } from 'etna-auth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands, page, userEvent } from 'vitest/browser';
import '../../docs/examples/shared/login.css';
import { alone, createPageAuth } from '../../docs/examples/shared/page-auth.ts';
import { words } from '../../docs/examples/shared/words.ts';
import { covering } from '../model/covering.ts';
import {
  type Broker,
  button,
  field,
  fill,
  isForScreens,
  look,
  type Mount,
  openExecutor,
  openScreen,
  press,
  withoutRepetition,
} from './executor.ts';

const paths = createAuthTestModel().getShortestPaths();
const walkable = paths.filter(isForScreens);
const walks = withoutRepetition(walkable);
/** Those that have between them each event in each state, and each kind of outcome. */
const telling = covering(walks, ({ start, turns }) =>
  turns.map(({ event, outcome, state }, index) => [
    (turns[index - 1]?.state ?? start).state,
    event.type,
    outcome?.type,
    state.state,
  ]),
);

const token = 'dG9rZW4=';
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pinWithPicture = answers.expecting('SecutityPin', 'Invalid pin', token, {
  PersonalPhrase: 'purple heron',
  Image: picture,
});

/** Tests for every login screen. Without the exhaustive ones, each screen walks the telling paths alone. */
export function describeScreen(name: string, mount: Mount): void {
  describe(`the screen in ${name}`, () => {
    let broker: Broker;
    let auth: Auth;
    beforeAll(async () => {
      broker = await commands.startEmulator();
    });
    afterAll(() => commands.stopEmulator(broker.baseUrl));
    afterEach(() => void vi.useRealTimers());

    async function open(
      script: ScriptedAnswer[] = [],
      { resendDelay = 0, ...options }: Partial<CreateAuthOptions> & { resendDelay?: number } = {},
    ) {
      await commands.scriptAnswers(broker.baseUrl, script);
      auth = createAuth({ ...broker, ...options });
      return openScreen(mount, alone(auth), resendDelay);
    }
    /** Gives up while the request is under way. */
    async function cancel(before: number) {
      await expect.poll(requests, { interval: 5 }).toBe(before + 1);
      press('Cancel');
    }
    const shows = (state: object) => expect.poll(look, { interval: 5 }).toMatchObject(state);
    const requests = () => commands.countRequests(broker.baseUrl);
    const signIn = (password = 'alice-demo') => {
      fill('User name', 'alice');
      fill('Password', password);
      press('Sign in');
    };

    describe(`along ${walks.length} paths, which are all that differ of ${walkable.length} of ${paths.length} generated ones`, () => {
      beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));

      for (const path of walks) {
        it(path.description, { tags: telling.has(path) ? [] : ['exhaustive'] }, async () => {
          using executor = await openExecutor(path, broker, mount);
          await runPath(path, executor);
        });
      }
      it('there are enough of them', () => expect(walks.length).toBeGreaterThan(90));
    });

    it('works with the keyboard alone, and moves the focus to the next field', async () => {
      using _ = await open();
      const focused = (locator: ReturnType<typeof field>) => expect.element(locator).toHaveFocus();
      await userEvent.keyboard('{Tab}');
      await focused(field('User name'));
      await userEvent.keyboard('alice{Tab}alice-demo{Enter}');
      await focused(field('Code'));
      const code = await commands.nextCode(broker.baseUrl, 'alice');
      await userEvent.keyboard('no{Enter}');
      await shows({ problem: 'invalid-code' });
      await focused(field('Code'));
      await expect.element(field('Code')).toHaveValue('');
      await expect.element(field('Code')).toHaveAccessibleDescription(/The code was not accepted/);
      await userEvent.keyboard(`${code.slice(0, 3)} ${code.slice(3)}{Enter}`);
      await shows({ state: 'authenticated' });
      await focused(page.getByRole('status'));
      expect(page.getByRole('status').element().textContent).toMatch(/^Signed in as alice until .*\d/);
      await userEvent.keyboard('{Tab}');
      await focused(button('Sign out'));
      await userEvent.keyboard('{Enter}');
      await focused(field('User name'));

      await commands.scriptAnswers(broker.baseUrl, [answers.serverError]);
      await userEvent.keyboard('{Tab}alice-demo{Enter}');
      await focused(page.getByRole('alert'));
      expect(page.getByRole('alert').element().textContent).toMatch(/request\.\u2069 Try again later\.\s*$/);
      await userEvent.keyboard('{Tab}');
      await focused(button('Try again'));
    });

    for (const scheme of ['light', 'dark'] as const) {
      // All screens have one style sheet: the colours of one are those of all.
      const tags = scheme === 'light' || name === 'React' ? [] : ['exhaustive'];
      it(`is accessible in ${scheme}, and fits into 320 pixels`, { tags }, async () => {
        await commands.prefer(scheme);
        await page.viewport(320, 640);
        const isFine = async (state: object) => {
          await shows(state);
          await isAccessible();
          expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
        };
        using _ = await open(
          [
            { silent: true },
            answers.serverError,
            answers.tooManyRequests(60),
            answers.expectingCode(token),
            answers.expectingCodeAgain(token),
            pinWithPicture,
            answers.succeeded(token),
          ],
          { resendDelay: 30 },
        );
        await isFine({ state: 'idle' });
        const before = await requests();
        signIn();
        await isFine({ state: 'requestingToken' });
        await cancel(before);
        await shows({ state: 'idle' });
        signIn();
        await isFine({ state: 'failed', code: 'server-error' });
        press('Try again');
        await isFine({ state: 'failed', code: 'too-many-attempts' });
        signIn();
        await isFine({ state: 'awaitingCode', kind: 'code', problem: null });
        answer('Code');
        await isFine({ problem: 'invalid-code' });
        answer('Code');
        await isFine({ kind: 'pin' });
        answer('PIN');
        await isFine({ state: 'authenticated' });
      });
    }

    it('offers a new code after a delay, and continues the countdown while a code is checked', async () => {
      vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
      using _ = await open(
        [answers.expectingCode(token), answers.expectingCodeAgain(token), answers.expectingCode(token)],
        { resendDelay: 30 },
      );
      const isLocked = (seconds: number) => isShown('Send a new code', { seconds });
      signIn();
      await isLocked(30);
      vi.advanceTimersByTime(10_000);
      await isLocked(20);
      answer('Code');
      await soon(() => expect(look()).toMatchObject({ problem: 'invalid-code' }));
      await isLocked(20);
      vi.advanceTimersByTime(20_000);
      await isShown('Send a new code');
      press('Send a new code');
      await isLocked(30);
    });

    it('offers a retry after the time that the server demands', async () => {
      vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
      using _ = await open([answers.tooManyRequests(60)]);
      signIn();
      await isShown('Try again', { seconds: 60 });
      vi.advanceTimersByTime(60_000);
      await isShown('Try again');
      expect(vi.getTimerCount()).toBe(0);
      press('Try again');
      await soon(() => expect(look()).toMatchObject({ state: 'awaitingCode' }));
    });

    it('shows the personal phrase and image only while a PIN is required', async () => {
      using _ = await open([pinWithPicture, answers.succeeded(token)]);
      signIn();
      await shows({ kind: 'pin', problem: null });
      expect(document.body.innerText).toContain('purple heron');
      expect(button(/^Send a new code/).query()).toBe(null);
      const image = page.getByAltText('Your personal image').element() as HTMLImageElement;
      await expect.poll(() => image.naturalWidth).toBe(1);
      expect(field('PIN').element()).toMatchObject({ type: 'password', autocomplete: 'off' });
      answer('PIN');
      await shows({ state: 'authenticated' });
      expect(document.documentElement.outerHTML).not.toContain('purple heron');
      expect(document.documentElement.outerHTML).not.toContain(picture);
    });

    it('replaces an expired password, with fields that password managers understand', async () => {
      using _ = await open();
      fill('User name', 'erin');
      fill('Password', 'erin-demo');
      press('Sign in');
      await shows({ kind: 'new-password', problem: null });
      for (const name of ['New password', 'Repeat the new password']) {
        expect(field(name).element()).toMatchObject({ type: 'password', autocomplete: 'new-password' });
      }
      await isAccessible();
      fill('New password', 'a new secret');
      fill('Repeat the new password', 'another secret');
      const before = await requests();
      press('Continue');
      expect((field('Repeat the new password').element() as HTMLInputElement).validationMessage).toBe(words.differs);
      expect(await requests()).toBe(before);
      choose('short');
      await shows({ kind: 'new-password', problem: 'invalid-code' });
      expect(page.getByRole('alert').element().textContent).toContain('must have at least 8 characters');
      choose('a new secret');
      await expect.poll(() => auth.getSnapshot().state).toBe('authenticated');
      expect(document.documentElement.outerHTML).not.toContain('a new secret');

      function choose(password: string) {
        fill('New password', password);
        fill('Repeat the new password', password);
        press('Continue');
      }
    });

    it('sets a PIN, with a phrase and one of the pictures', async () => {
      using _ = await open();
      fill('User name', 'frank');
      fill('Password', 'frank-demo');
      press('Sign in');
      await shows({ kind: 'new-pin', problem: null });
      expect(field('New PIN').element()).toMatchObject({ type: 'password', autocomplete: 'off' });
      const pictures = [...document.querySelectorAll<HTMLImageElement>('fieldset img')];
      await expect.poll(() => pictures.map(({ naturalWidth }) => naturalWidth)).toEqual([32, 32, 32]);
      await isAccessible();
      fill('New PIN', '4711');
      fill('Repeat the new PIN', '4711');
      fill('Personal phrase', 'purple heron');
      (page.getByRole('radio', { name: 'house.png' }).element() as HTMLInputElement).click();
      press('Continue');
      await shows({ kind: 'pin' });
      expect(document.body.innerText).toContain('purple heron');
      fill('PIN', '4711');
      press('Continue');
      await expect.poll(() => auth.getSnapshot().state).toBe('authenticated');
    });

    it('shows a custom step in the server’s words, as text', async () => {
      const words = '<img src=x onerror=alert(1)> Which device is this?';
      using _ = await open([answers.expecting('DeviceCheck', words, token), answers.failed('DeviceCheck', words)], {
        challengeHeaders: { DeviceCheck: 'DeviceCode' },
      });
      signIn();
      await expect.element(field('Answer')).toHaveAccessibleDescription(/onerror.*Which device is this/);
      fill('Answer', 'the blue one');
      press('Continue');
      await shows({ state: 'failed' });
      expect(page.getByRole('alert').element().textContent).toContain(words);
      expect(document.images).toHaveLength(0);
    });

    it('supports autofill, and keeps no secret after it is sent', async () => {
      using _ = await open([{ silent: true }, answers.invalidCredentials, answers.expectingCode(token)]);
      const hints = (name: string) => {
        const { autocomplete, inputMode } = field(name).element() as HTMLInputElement;
        return [autocomplete, inputMode].filter(Boolean).join();
      };
      const secretsInPage = () =>
        [...document.querySelectorAll('input')].map(({ value }) => value).join() + document.documentElement.outerHTML;
      const forgets = async (state: object) => {
        await shows(state);
        expect(secretsInPage()).not.toContain('alice-demo');
      };
      expect(['User name', 'Password'].map(hints)).toEqual(['username', 'current-password']);
      const before = await requests();
      signIn();
      await forgets({ state: 'requestingToken' });
      await cancel(before);
      await forgets({ state: 'idle' });
      signIn();
      await forgets({ state: 'failed' });
      expect(field('User name').element()).toHaveProperty('value', 'alice');
      signIn();
      await forgets({ state: 'awaitingCode' });
      expect(hints('Code')).toBe('one-time-code,numeric');
      expect(location.href).not.toContain('alice');
    });

    it('treats a double click as one click', async () => {
      const silent: ScriptedAnswer = { silent: true };
      using _ = await open([silent, answers.expectingCode(token), silent, answers.succeeded(token)]);
      const credentials = () => {
        fill('User name', 'alice');
        fill('Password', 'alice-demo');
      };
      const before = await requests();
      credentials();
      await commands.clickTwice('Sign in');
      expect(look()).toEqual({ state: 'requestingToken' });
      await userEvent.click(button('Cancel'));
      await shows({ state: 'idle' });
      signIn();
      await shows({ kind: 'code' });
      fill('Code', '123456');
      await commands.clickTwice('Continue');
      expect(look()).toEqual({ state: 'verifyingCode' });
      await userEvent.click(button('Cancel'));
      await shows({ state: 'idle' });
      credentials();
      await commands.clickTwice('Sign in');
      await shows({ state: 'authenticated' });
      expect(await requests()).toBe(before + 4);
    });

    it('shows the problem of a code at 400 % zoom', async () => {
      await page.viewport(320, 256);
      using _ = await open([answers.expectingCode(token), answers.expectingCodeAgain(token)]);
      signIn();
      await shows({ kind: 'code' });
      answer('Code');
      await shows({ problem: 'invalid-code' });
      await expect.element(field('Code')).toHaveFocus();
      const { top, bottom } = page.getByRole('alert').element().getBoundingClientRect();
      expect(top).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThan(innerHeight);
      await page.viewport(414, 896);
    });

    it('isolates right-to-left text of a server', async () => {
      using _ = await open([answers.failed('BaseAuthentication', 'החשבון חסום')]);
      signIn();
      await shows({ state: 'failed' });
      expect(page.getByRole('alert').element().textContent).toContain('\u2068החשבון חסום.\u2069');
    });

    it('empties its fields after cancelling', async () => {
      using _ = await open([pinWithPicture, answers.serverError, { silent: true }, answers.expectingCode(token)], {
        headerEncoding: 'latin1',
      });
      const isEmpty = (name: string) => expect.element(field(name)).toHaveValue('');
      signIn('€');
      await shows({ code: 'invalid-input' });
      await isEmpty('Password');
      signIn();
      await shows({ kind: 'pin' });
      fill('PIN', '123456');
      press('Cancel');
      await shows({ state: 'idle' });
      await isEmpty('Password');
      signIn();
      await shows({ code: 'server-error' });
      fill('Password', 'alice-demo');
      const before = await requests();
      press('Try again');
      await cancel(before);
      await shows({ state: 'idle' });
      await isEmpty('Password');
      signIn();
      await shows({ kind: 'code' });
      await isEmpty('Code');
    });

    it('says that another code is on its way, after "Send a new code" and after "Try again"', async () => {
      const asked = answers.expectingCode(token);
      using _ = await open([asked, asked, answers.corruptedTicket, asked, asked]);
      const hint = () => document.querySelector('[id$="hint"]')?.textContent;
      signIn();
      await expect.poll(hint).toBe(words.answers.code.hint);
      press(words.resend);
      await expect.poll(hint).toBe(words.anotherCode);
      fill('Code', '123456');
      press(words.submit);
      await shows({ state: 'failed' });
      press(words.retry);
      await expect.poll(hint).toBe(words.anotherCode);
      press(words.cancel);
      await shows({ state: 'idle' });
      signIn();
      await expect.poll(hint).toBe(words.answers.code.hint);
    });

    it('reports an interrupted login, and that another tab is signing in', async () => {
      const status = page.getByRole('status');
      const expectingCode = answers.expectingCode(token);
      await commands.scriptAnswers(broker.baseUrl, [
        expectingCode,
        { silent: true },
        expectingCode,
        answers.succeeded(token),
      ]);
      const credentials = { username: 'alice', password: 'alice-demo' };
      const other = createPageAuth(broker);
      await other.login(credentials);
      using _ = await openScreen(mount, createPageAuth(broker));
      await expect.element(status).toHaveTextContent(words.unfinished);
      expect(field('User name').element()).toHaveProperty('value', 'alice');
      signIn();
      await shows({ state: 'awaitingTurn' });
      await isAccessible();
      const before = await requests();
      other.actor.send({ type: 'cancel' });
      await shows({ state: 'requestingToken' });
      await cancel(before);
      await shows({ state: 'idle' });
      await other.login(credentials);
      signIn();
      await shows({ state: 'awaitingTurn' });
      press('Cancel');
      await shows({ state: 'idle' });
      signIn();
      await shows({ state: 'awaitingTurn' });
      await other.submitCode('123456');
      await shows({ state: 'authenticated' });
      press('Sign out');
      await shows({ state: 'idle' });
      await expect.poll(() => status.element().textContent).toBe('');
    });

    it('does not move the focus when nothing changes', async () => {
      using _ = await open([answers.succeeded(token)]);
      expect(document.activeElement).toBe(document.body);
      signIn();
      await shows({ state: 'authenticated' });
      (button('Sign out').element() as HTMLElement).focus();
      auth.actor.send({ type: 'session.check' });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await expect.element(button('Sign out')).toHaveFocus();
    });

    it('sends nothing until the user acts, even if it is mounted repeatedly', async () => {
      const before = await requests();
      for (let times = 0; times < 3; times += 1) {
        using _ = await open();
        await shows({ state: 'idle' });
        await expect.element(field('User name')).toHaveValue('');
      }
      expect(await requests()).toBe(before);
    });
  });
}

/** No problem that axe would find. */
async function isAccessible(): Promise<void> {
  const { violations } = await axe.run('main');
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

/** Waits for a button, which can be pressed, or is locked for so many seconds; while the page is slow, some of them pass. */
function isShown(label: string, { seconds }: { seconds?: number } = {}): Promise<void> {
  const left = Array.from({ length: 10 }, (_, late) => (seconds ?? 0) - late).join('|');
  const name = seconds === undefined ? label : new RegExp(`^${label} \\((${left}) s\\)$`);
  return soon(() => expect(button(name).element()).toHaveProperty('disabled', seconds !== undefined));
}

function answer(name: string): void {
  fill(name, '123456');
  press('Continue');
}
