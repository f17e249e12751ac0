/** @jsxImportSource react */
import axe from 'axe-core';
import { createAuth } from 'etna-auth';
import { answers, createAuthTestModel, runPath } from 'etna-auth/testing';
import { createRoot } from 'react-dom/client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands, page } from 'vitest/browser';
import { Login } from '../../docs/examples/native/login.tsx';
import { alone } from '../../docs/examples/shared/page-auth.ts';
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
} from '../screens/executor.ts';

const walks = withoutRepetition(createAuthTestModel().getShortestPaths().filter(isForScreens));

const mount: Mount = (target, auth, resendDelay) => {
  const root = createRoot(target);
  root.render(<Login auth={auth} resendDelay={resendDelay} />);
  return () => root.unmount();
};

describe('the screen of the native example, by React Native for Web', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await commands.startEmulator();
  });
  afterAll(() => commands.stopEmulator(broker.baseUrl));
  afterEach(() => void vi.useRealTimers());
  const shows = (state: object) => expect.poll(look, { interval: 5 }).toMatchObject(state);

  it.each(walks.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    using executor = await openExecutor(path, broker, mount);
    await runPath(path, executor);
  });
  it('by enough walks', () => expect(walks.length).toBeGreaterThan(90));

  it('has phones fill in the code, and hides what must not be seen', async () => {
    await commands.scriptAnswers(broker.baseUrl, [answers.expectingCode('dG9rZW4='), answers.expectingPin('dG9rZW4=')]);
    using _ = await openScreen(mount, alone(createAuth(broker)));
    expect(field('Password').element()).toMatchObject({ type: 'password', autocomplete: 'current-password' });
    fill('User name', 'alice');
    fill('Password', 'alice-demo');
    press('Sign in');
    await shows({ kind: 'code' });
    expect(field('Code').element()).toMatchObject({ autocomplete: 'one-time-code', inputMode: 'numeric' });
    fill('Code', '123456');
    press('Continue');
    await shows({ kind: 'pin' });
    expect(field('PIN').element()).toMatchObject({ type: 'password', value: '' });
    const { violations } = await axe.run('main');
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(button('Cancel').query()).not.toBeNull();
    expect(page.getByRole('heading').element().textContent).toBe('Enter your PIN');
  });
});
