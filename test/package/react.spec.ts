// @vitest-environment happy-dom
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { act, createElement, type FunctionComponent, StrictMode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, createEmulator, type Emulator } from '../../src/testing/index.ts';
import { readExamples, root } from './examples.ts';

let Login: FunctionComponent;
let emulator: Emulator;
let screen: HTMLElement;
let shown: Root;

beforeEach(() => {
  emulator = createEmulator({ appKey: 'key' });
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('fetch', emulator.fetch);
  screen = document.createElement('main');
  document.body.replaceChildren(screen);
});
afterEach(async () => {
  await act(() => shown.unmount());
  vi.unstubAllGlobals();
});

const show = async () => {
  shown = createRoot(screen);
  await act(() => shown.render(createElement(StrictMode, null, createElement(Login))));
};
const fill = (name: string, text: string) => {
  const input = screen.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (!input) throw new Error(`There is no field ${name} in ${screen.innerHTML}`);
  input.value = text;
};
const press = async (label: string, until: string) => {
  const button = [...screen.querySelectorAll('button')].find(({ textContent }) => textContent?.includes(label));
  await act(async () => button?.click());
  await vi.waitFor(() => act(async () => expect(screen.textContent).toContain(until)));
};

/** Loads the screen of a page. */
const load = (page: string) => async () => {
  const example = readExamples().find(({ source, language }) => source === page && language === 'tsx');
  const folder = resolve(root, '.cache/react');
  const file = resolve(folder, `${page.replaceAll(/\W+/g, '-')}.tsx`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `/** @jsxImportSource react */\n${example?.code}`);
  ({ Login } = await import(/* @vite-ignore */ file));
};

describe.each(['README.md', 'docs/frameworks.md'])('the screen of %s', (page) => {
  beforeAll(load(page));

  it('sends nothing in StrictMode, on a server or when hydrated', async () => {
    await show();
    await act(() => shown.unmount());
    screen.innerHTML = renderToString(createElement(Login));
    await act(async () => {
      shown = hydrateRoot(screen, createElement(Login));
    });
    expect(screen.textContent).toContain('Sign in');
    expect(emulator.requests).toHaveLength(0);
  });

  it('signs in, through wrong codes, failures and retries', async () => {
    await show();
    fill('username', 'alice');
    fill('password', 'wrong');
    await press('Sign in', 'The user name or the password is wrong.');

    emulator.answerNext(answers.serverError);
    fill('username', 'alice');
    fill('password', 'alice-demo');
    await press('Sign in', 'Try again');
    await press('Try again', 'Continue');
    fill('code', 'wrong');
    await press('Continue', 'The code was not accepted. Invalid verification code');
    fill('code', emulator.inbox('alice').at(-1)?.code ?? '');
    await press('Continue', 'Sign alice out');
    await press('Sign alice out', 'User name');
    const paths = emulator.requests.map(({ path }) => path);
    expect(paths).toEqual([...Array(5).fill('/api/token'), '/api/logout']);
  });

  it.each([
    { username: 'erin', shown: 'Your Password has expired and must be changed' },
    { username: 'frank', shown: 'PIN code is not init' },
  ])('shows $username why something new is required', async ({ username, shown }) => {
    await show();
    fill('username', username);
    fill('password', `${username}-demo`);
    await press('Sign in', shown);
    expect(screen.querySelector('[role="alert"]')?.textContent).toContain(shown);
    await press('Cancel', 'User name');
  });

  it('lets a user cancel, dismiss a failure and enter a masked PIN, and keeps the user name', async () => {
    await show();
    emulator.answerNext(answers.serverError);
    fill('username', 'carol');
    fill('password', 'carol-demo');
    await press('Sign in', 'Try again');
    expect(screen.querySelector<HTMLInputElement>('[name="username"]')?.value).toBe('carol');
    await press('Dismiss', 'Sign in');
    expect(screen.textContent).not.toContain('Try again');
    const signInAgain = async () => {
      fill('username', 'carol');
      fill('password', 'carol-demo');
      await press('Sign in', 'Continue');
    };
    await signInAgain();
    await press('Cancel', 'User name');
    await signInAgain();
    fill('code', emulator.inbox('carol').at(-1)?.code ?? '');
    await press('Continue', 'PIN');
    expect(screen.querySelector('[name="code"]')).toMatchObject({ type: 'password', autocomplete: 'off' });
    expect(screen.textContent).not.toContain('Send a new code');
  });
});

describe('the screen of docs/embedding.md', () => {
  beforeAll(load('docs/embedding.md'));

  it('signs in by a login that a machine of its own has spawned', async () => {
    await show();
    fill('username', 'alice');
    fill('password', 'wrong');
    await press('Sign in', 'invalid-credentials');
    fill('username', 'alice');
    fill('password', 'alice-demo');
    await press('Sign in', 'Code');
    fill('code', emulator.inbox('alice').at(-1)?.code ?? '');
    await press('Continue', 'Sign alice out');
    await press('Sign alice out', 'User name');
  });
});
