// @vitest-environment happy-dom
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { act, createElement, type FunctionComponent, StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { answers, createEmulator, type Emulator } from '../../src/testing/index.ts';

const root = resolve(import.meta.dirname, '../..');
let Login: FunctionComponent;
let emulator: Emulator;
let screen: HTMLElement;

beforeAll(async () => {
  const [, example = ''] = /```tsx\n([\s\S]*?)```/.exec(readFileSync(resolve(root, 'README.md'), 'utf8')) ?? [];
  const folder = resolve(root, '.cache/react');
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolve(folder, 'login.tsx'), `/** @jsxImportSource react */\n${example}`);
  ({ Login } = await import(/* @vite-ignore */ resolve(folder, 'login.tsx')));
});

beforeEach(() => {
  emulator = createEmulator({ basePath: '/api', appKey: 'key' });
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('fetch', emulator.fetch);
  screen = document.createElement('main');
  document.body.replaceChildren(screen);
});
afterEach(() => vi.unstubAllGlobals());

const show = () => act(() => createRoot(screen).render(createElement(StrictMode, null, createElement(Login))));
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

it('the screen of the README sends nothing in StrictMode, on a server or when hydrated', async () => {
  await show();
  screen.innerHTML = renderToString(createElement(Login));
  await act(async () => void hydrateRoot(screen, createElement(Login)));
  expect(screen.textContent).toContain('Sign in');
  expect(emulator.requests).toHaveLength(0);
});

it('the screen of the README signs in, through wrong codes, failures and retries', async () => {
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
  await press('Continue', 'The server did not accept the code. Invalid verification code');
  fill('code', emulator.inbox('alice').at(-1)?.code ?? '');
  await press('Continue', 'Sign alice out');
  await press('Sign alice out', 'User name');
  expect(emulator.requests).toHaveLength(5);
});
