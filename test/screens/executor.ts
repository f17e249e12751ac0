import { createAuth, type FailureCode, type Session, secret } from 'etna-auth';
import { messages } from 'etna-auth/messages';
import {
  type AuthTestExecutor,
  answerFor,
  type ModelPath,
  type ModelState,
  type ModelTurn,
  type ScriptedAnswer,
} from 'etna-auth/testing';
import { expect, vi } from 'vitest';
import { commands, page } from 'vitest/browser';
import { SimulatedClock, waitFor } from 'xstate';
import { isBusy } from '../../docs/examples/shared/busy.ts';
import { alone, type PageAuth } from '../../docs/examples/shared/page-auth.ts';
import { words } from '../../docs/examples/shared/words.ts';
import { stateShown } from '../model/state-shown.ts';

const lifetime = 60 * 60 * 1000;

/** Puts a login screen into the page. Returns what takes it out again. */
export type Mount = (target: HTMLElement, auth: PageAuth, resendDelay: number) => (() => void) | Promise<() => void>;

export interface Broker {
  readonly baseUrl: string;
  readonly appKey: string;
}

export const button = (name: string | RegExp) => page.getByRole('button', { name });
export const field = (name: string) => page.getByLabelText(name, { exact: true });
const isShown = (locator: ReturnType<typeof button>) => locator.query() !== null;

/** Puts a text into a field, as typing or pasting does. */
export function fill(name: string, text: string): void {
  const input = field(name).element() as HTMLInputElement;
  input.focus();
  input.select();
  document.execCommand('insertText', false, text);
}

/** Presses a button, if there is one that can be pressed. */
export function press(name: string | RegExp): void {
  (button(name).query() as HTMLButtonElement | null)?.click();
}

const kinds = [
  ['Code', 'code'],
  ['PIN', 'pin'],
  ['New password', 'new-password'],
  ['New PIN', 'new-pin'],
] as const;

/** What a user of any of the screens sees, by roles and names. */
export function look(): ModelState {
  const alert = page.getByRole('alert').query()?.textContent ?? '';
  const told = alert.includes('was not accepted')
    ? 'invalid-code'
    : (Object.keys(messages) as FailureCode[]).find((code) => alert.includes(messages[code].problem));
  const status = page.getByRole('status').element().textContent;
  if (status === 'Signing in…') return { state: 'requestingToken' };
  if (status === words.waiting) return { state: 'awaitingTurn' };
  if (status === 'Checking…') return { state: 'verifyingCode' };
  if (status.startsWith('Signed in as alice until')) return { state: 'authenticated' };
  const kind = kinds.find(([label]) => isShown(field(label)))?.[1];
  if (kind) return { state: 'awaitingCode', kind, problem: (told as 'invalid-code' | undefined) ?? null };
  if (told) return { state: 'failed', code: told };
  if (isShown(button('Sign in'))) return { state: 'idle' };
  throw new Error(`Nothing of this is known: ${document.body.innerText}`);
}

/**
 * Whether a path is within the power of a user, the page, the server and time. A screen stores no secret that could be dead, and has
 * a test of its own for two tabs.
 */
export const isForScreens = ({ turns }: ModelPath) =>
  turns.every(
    ({ outcome }) => outcome?.type !== 'waiting' && !(outcome?.type === 'failed' && outcome.code === 'interrupted'),
  );

/**
 * The paths that differ on a screen, without the beginnings of longer ones. An earlier session shows at the start alone: one
 * that is over looks like none, and a login after the log-out is like any other.
 */
export function withoutRepetition(paths: readonly ModelPath[]): ModelPath[] {
  const ways = new Map<string, ModelPath>();
  for (const path of paths) {
    const way = wayOf(path);
    if (!ways.has(way)) ways.set(way, path);
  }
  const isBeginning = (way: string) => [...ways.keys()].some((other) => other !== way && other.startsWith(way));
  return [...ways].filter(([way]) => !isBeginning(way)).map(([, path]) => path);
}

function wayOf({ session, turns: [first, ...others] }: ModelPath): string {
  const isOver = session === 'live' && first?.event.type === 'logout' && others.length > 0;
  const seen = isOver ? others : first ? [first, ...others] : [];
  return [session === 'live' && !isOver, ...seen.map((turn) => JSON.stringify(turn))].join();
}

/** Walks a path on a screen in the page, against an emulator of another origin. */
export async function openExecutor(
  path: ModelPath,
  broker: Broker,
  mount: Mount,
): Promise<AuthTestExecutor & Disposable> {
  await commands.scriptAnswers(
    broker.baseUrl,
    path.turns.flatMap((turn, index) => (isSent(turn) ? [answerTo(turn, path.turns[index - 1])] : [])),
  );
  const clock = new SimulatedClock();
  let held = Promise.withResolvers<void>();
  let answered = Promise.withResolvers<void>();
  const options = {
    ...broker,
    sessionLifetime: lifetime,
    headerEncoding: 'latin1' as const,
    timeout: 10_000,
    /** The network's own, but what comes of it is held back until the test wants it. */
    async fetch(...request: Parameters<typeof fetch>) {
      // That of this call: a login that starts over makes another one meanwhile.
      const { promise } = held;
      const response = await fetch(...request).finally(answered.resolve);
      await promise;
      return response;
    },
  };
  const auth = alone(createAuth(Object.assign(options, { clock, session: startingSession(path.session) })));
  const screen = await openScreen(mount, auth);
  const requests = () => commands.countRequests(broker.baseUrl);
  let requestsBefore = 0;

  return {
    async perform(event, outcome) {
      if ('over' in event && event.over) vi.setSystemTime(Date.now() + lifetime);
      if (event.type === 'session.timer') return void clock.increment(lifetime);
      if (event.type === 'session.shared')
        return auth.actor.send({ type: event.type, session: sharedSession(event.over) });
      if (event.type === 'restart' || event.type === 'turn.granted' || event.type === 'turn.failed') return;
      if (event.type === 'session.check' || event.type === 'session.rejected' || event.type === 'session.ended')
        return auth.actor.send({ type: event.type });

      // The services read their options at each call, so that a call can be given some of its own.
      const code = outcome?.type === 'failed' ? outcome.code : null;
      options.baseUrl = code === 'insecure-url' ? 'http://etna.test' : broker.baseUrl;
      // What no code of ours passes on, as a stand-in for a defect.
      if (outcome?.type === 'thrown') options.baseUrl = Symbol('a defect') as never;
      options.timeout = code === 'timeout' ? 150 : 10_000;
      requestsBefore = code === 'timeout' || outcome?.type === 'restarting' ? await requests() : 0;
      held = Promise.withResolvers();
      answered = Promise.withResolvers();
      // Latin-1 has no euro sign, which makes it a text that cannot be sent.
      const text = code === 'invalid-input' ? '€' : '123 456';
      if (event.type === 'login') {
        fill('User name', 'alice');
        fill('Password', text);
      } else if (event.type === 'code.submit') {
        const [label = 'Code'] = kinds.find(([name]) => isShown(field(name))) ?? [];
        fill(label, text);
        if (label === 'New password') fill('Repeat the new password', text);
      }
      press(buttons[event.type]);
      // What comes next may cut the request short, but not before it was answered.
      if (auth.actor.getSnapshot().hasTag('busy') && !outcome) await answered.promise;
    },
    async settle(outcome) {
      if (outcome.type === 'restarting') await answered.promise;
      const { resolve } = held;
      // A login that starts over is busy again.
      const restarts = outcome.type === 'restarting';
      if (restarts) held = Promise.withResolvers();
      resolve();
      await waitFor(auth.actor, ({ value }) => (restarts ? value === 'requestingToken' : !isBusy({ state: value })));
      // What nobody waits for may still be on its way, and must not take an answer that is meant for the next path.
      const isGivenUp = outcome.type === 'failed' && outcome.code === 'timeout';
      if (restarts) await vi.waitUntil(async () => (await requests()) > requestsBefore + 1, { timeout: 10_000 });
      else if (isGivenUp) await vi.waitUntil(async () => (await requests()) > requestsBefore).catch(() => {});
    },
    async getState() {
      // Frameworks take their time. What is shown in the end is told either way.
      await vi
        .waitFor(() => expect(stateShown(auth.getSnapshot())).toMatchObject(look()), { timeout: 10_000, interval: 1 })
        .catch(() => {});
      return look();
    },
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

/**
 * An answer that breaks off. Chromium sends a request again when the connection that it kept is reset, so that a reset is not
 * the end of it.
 */
const cutShort = { headers: { 'Content-Length': '100', Connection: 'close' }, body: '{"State":' };

function answerTo({ event, outcome }: ModelTurn, before: ModelTurn | undefined): ScriptedAnswer {
  if (outcome?.type === 'failed' && outcome.code === 'network') return cutShort;
  const asked = event.type === 'code.submit' ? (before?.state.kind ?? null) : null;
  return answerFor(outcome ?? { type: 'succeeded' }, asked);
}

/** Whether a request goes out. */
function isSent({ busy, state, outcome }: ModelTurn): boolean {
  const unsent = outcome?.type === 'failed' && ['insecure-url', 'invalid-input'].includes(outcome.code);
  return isBusy(busy ?? state) && !unsent && outcome?.type !== 'thrown';
}

const buttons = {
  login: 'Sign in',
  'code.submit': 'Continue',
  'code.resend': 'Send a new code',
  cancel: 'Cancel',
  retry: 'Try again',
  reset: 'Dismiss',
  logout: 'Sign out',
};

/** A page with nothing but the screen. */
export async function openScreen(mount: Mount, auth: PageAuth, resendDelay = 0): Promise<Disposable> {
  const main = document.createElement('main');
  document.body.replaceChildren(main);
  const unmount = await mount(main, auth, resendDelay);
  await expect.poll(() => isShown(page.getByRole('heading')), { interval: 1 }).toBe(true);
  return {
    [Symbol.dispose]() {
      unmount();
      auth.actor.stop();
    },
  };
}

const sessionUntil = (issuedAt: number, expiresAt: number): Session => ({
  username: 'alice',
  token: secret('token'),
  issuedAt,
  expiresAt,
});

function startingSession(kind: ModelPath['session']): Session | null {
  return kind === 'none' ? null : sessionUntil(Date.now(), Date.now() + (kind === 'live' ? lifetime : 0));
}

/** A session that was begun in another tab: newer than any here, or over. */
const sharedSession = (over: boolean) => sessionUntil(Date.now() + (over ? 0 : 1), Date.now() + (over ? 0 : lifetime));
