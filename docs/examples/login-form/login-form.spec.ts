// @vitest-environment happy-dom
import { createAuth, type FailureCode } from 'etna-auth';
import {
  type AuthTestExecutor,
  createAuthTestModel,
  createEmulator,
  holdAnswers,
  type ModelPath,
  runPath,
  type ShownState,
} from 'etna-auth/testing';
import { it } from 'vitest';
import { renderLoginForm } from './login-form.ts';

/** What a user of this form can do and see. */
function openForm(path: ModelPath): AuthTestExecutor {
  const root = document.createElement('main');
  document.body.replaceChildren(root);
  const emulator = createEmulator();
  renderLoginForm(
    root,
    createAuth({ baseUrl: 'https://etna.test/api', appKey: emulator.appKey, fetch: emulator.fetch }),
  );

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
    perform(event) {
      if (event.type === 'login') {
        type('username', 'alice');
        type('password', 'anything');
        submit();
      } else if (event.type === 'code.submit') {
        type('code', 'anything');
        if (kindShown() === 'new-password') type('repeat', 'anything');
        submit();
      } else {
        click(event.type === 'code.resend' ? 'resend' : event.type);
      }
    },
    settle: holdAnswers(path, emulator),
    getState(): ShownState {
      const { textContent } = root;
      const failure = root.querySelector<HTMLElement>('[data-code]')?.dataset.code;
      if (failure) return { state: 'failed', code: failure as FailureCode };
      if (textContent.includes('Signing in…')) return { state: 'requestingToken' };
      if (textContent.includes('Checking…')) return { state: 'verifyingCode' };
      if (textContent.includes('Signed in')) return { state: 'authenticated' };
      if (root.querySelector('[name="code"]')) return { state: 'awaitingCode', kind: kindShown() };
      return { state: 'idle' };
    },
  };
}

const paths = createAuthTestModel().getShortestPaths({ for: 'screen' });

it.each(paths.map((path) => [path.description, path] as const))('%s', (_, path) => runPath(path, openForm(path)));
