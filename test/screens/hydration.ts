import { createAuth, secret } from 'etna-auth';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { alone, type PageAuth } from '../../docs/examples/shared/page-auth.ts';
import { words } from '../../docs/examples/shared/words.ts';
import { type Broker, field, fill, look, press } from './executor.ts';

/** Takes over in the page what a server has rendered of a screen. Returns what takes it out again. */
type Hydrate = (target: HTMLElement, auth: PageAuth) => () => void;

/** What holds of a screen that a server renders. */
export function describeHydration(framework: string, hydrate: Hydrate): void {
  describe(`the screen in ${framework} that a server has rendered`, () => {
    let broker: Broker;
    let html: string;
    let started: readonly string[];
    let leave = () => {};
    beforeAll(async () => {
      broker = await commands.startEmulator();
      ({ html, started } = await commands.renderOnServer(framework, broker));
    });
    afterAll(() => commands.stopEmulator(broker.baseUrl));
    afterEach(() => {
      leave();
      vi.restoreAllMocks();
    });

    /** The page as the server sent it, and what the framework has to say when it takes it over. */
    function open(auth: PageAuth) {
      const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
      const main = document.createElement('main');
      main.innerHTML = html;
      document.body.replaceChildren(main);
      const sent = field('User name').element();
      leave = hydrate(main, auth);
      return { sent, complaints: () => complaints.flatMap(({ mock }) => mock.calls) };
    }
    const shows = (state: object) => expect.poll(look, { interval: 5 }).toMatchObject(state);
    const requests = () => commands.countRequests(broker.baseUrl);

    it('is signed out, and has started and sent nothing on the server', async () => {
      expect(started).toEqual([]);
      document.body.innerHTML = html;
      expect(look()).toEqual({ state: 'idle' });
      expect(await requests()).toBe(0);
    });

    it('is hydrated unchanged, and sends nothing until the user signs in', async () => {
      const { sent, complaints } = open(alone(createAuth(broker)));
      await shows({ state: 'idle' });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      expect(field('User name').element()).toBe(sent);
      expect(await requests()).toBe(0);
      fill('User name', 'alice');
      fill('Password', 'alice-demo');
      press('Sign in');
      await shows({ state: 'awaitingCode' });
      fill('Code', await commands.nextCode(broker.baseUrl, 'alice'));
      press('Continue');
      await shows({ state: 'authenticated' });
      expect(complaints()).toEqual([]);
    });

    it('shows a session that only the page has', async () => {
      const before = await requests();
      const session = {
        username: 'alice',
        token: secret('token'),
        issuedAt: Date.now(),
        expiresAt: Date.now() + 60_000,
      };
      const { complaints } = open(alone(createAuth({ ...broker, session })));
      await shows({ state: 'authenticated' });
      expect(complaints()).toEqual([]);
      expect(document.activeElement).toBe(document.body);
      expect(await requests()).toBe(before);
    });

    it('reports an interrupted login that only the page knows', async () => {
      const unfinished = { username: 'alice', since: Date.now(), resumable: true };
      const { complaints } = open(Object.assign(alone(createAuth(broker)), { unfinished }));
      await expect.poll(() => document.body.innerText).toContain(words.resumable);
      await expect.element(field('User name')).toHaveValue('alice');
      expect(complaints()).toEqual([]);
    });
  });
}
