// @vitest-environment happy-dom
import { createAuth } from 'etna-auth';
import {
  type AuthTestExecutor,
  answerFor,
  createAuthTestModel,
  createEmulator,
  type ModelPath,
  type ModelState,
  runPath,
  type ScriptedAnswer,
} from 'etna-auth/testing';
import { expect, it } from 'vitest';
import { renderLoginForm } from './login-form.ts';

/** What a user of this form can do and see. */
function openForm(): AuthTestExecutor {
  const root = document.createElement('main');
  document.body.replaceChildren(root);
  const emulator = createEmulator();
  renderLoginForm(
    root,
    createAuth({ baseUrl: 'https://etna.test/api', appKey: emulator.appKey, fetch: emulator.fetch }),
  );
  let held = Promise.withResolvers<ScriptedAnswer>();
  let asked: ModelState['kind'] | null = null;

  const type = (name: string, text: string) => {
    const input = root.querySelector<HTMLInputElement>(`[name="${name}"]`);
    if (!input) throw new Error(`There is no field "${name}".`);
    input.value = text;
  };
  const submit = () => root.querySelector('form')?.requestSubmit();
  const click = (verb: string) => root.querySelector<HTMLButtonElement>(`[data-verb="${verb}"]`)?.click();

  const kindShown = () => {
    const label = root.querySelector('label')?.textContent.trim();
    return label === 'PIN' ? 'pin' : label === 'New password' ? 'new-password' : 'code';
  };

  return {
    async perform(event, outcome) {
      if (event.type === 'restart') return;
      asked = event.type === 'code.submit' ? kindShown() : null;
      held = Promise.withResolvers();
      const text = outcome?.type === 'failed' && outcome.code === 'invalid-input' ? '' : 'anything';
      if (text !== '' && event.type !== 'cancel') emulator.answerNext({ later: held.promise });
      const before = emulator.requests.length;
      if (event.type === 'login') {
        type('username', 'alice');
        type('password', text);
        submit();
      } else if (event.type === 'code.submit') {
        type('code', text);
        if (asked === 'new-password') type('repeat', text);
        submit();
      } else {
        click(event.type === 'code.resend' ? 'resend' : event.type);
      }
      const isUnderWay = root.textContent.includes('…');
      if (isUnderWay && text !== '')
        await expect.poll(() => emulator.requests.length, { interval: 1 }).toBeGreaterThan(before);
    },
    async settle(outcome) {
      const { resolve } = held;
      if (outcome.type !== 'restarting') {
        resolve(answerFor(outcome, asked));
        await expect.poll(() => root.textContent, { interval: 1 }).not.toContain('…');
        return;
      }
      // The login starts over at once.
      held = Promise.withResolvers();
      emulator.answerNext({ later: held.promise });
      resolve(answerFor(outcome, asked));
      asked = null;
      await expect.poll(() => root.textContent, { interval: 1 }).toContain('Signing in…');
    },
    getState(): ModelState {
      const { textContent } = root;
      const failure = root.querySelector<HTMLElement>('[data-code]')?.dataset.code;
      if (failure) return { state: 'failed', code: failure as ModelState['code'] & string };
      if (textContent.includes('Signing in…')) return { state: 'requestingToken' };
      if (textContent.includes('Checking…')) return { state: 'verifyingCode' };
      if (textContent.includes('Signed in')) return { state: 'authenticated' };
      if (root.querySelector('[name="code"]')) return { state: 'awaitingCode', kind: kindShown() };
      return { state: 'idle' };
    },
  };
}

/** What this form has buttons for, and what comes of what it sends. */
const isCovered = ({ session, turns }: ModelPath) =>
  session === 'none' &&
  turns.every(({ event, outcome }) => {
    if (event.type.startsWith('session.') || outcome?.type === 'thrown') return false;
    return outcome?.type !== 'failed' || !['interrupted', 'insecure-url', 'timeout'].includes(outcome.code);
  });

const paths = createAuthTestModel().getShortestPaths().filter(isCovered);

it.each(paths.map((path) => [path.description, path] as const))('%s', (_, path) => runPath(path, openForm()));

it('walks enough paths', () => expect(paths.length).toBeGreaterThan(30));
