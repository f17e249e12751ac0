import type { Auth, AuthState } from 'etna-auth';
import { explain, explainProblem } from 'etna-auth/messages';

/** A login form in plain DOM. Yours may be anything, as long as a user can use it. */
export function renderLoginForm(root: HTMLElement, auth: Auth): void {
  const render = (state: AuthState) => root.replaceChildren(...elementsOf(state));
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '');
    if (form.has('password')) void auth.login({ username: text('username'), password: text('password') });
    else {
      // Masked input for a new value is requested twice.
      const isRepeated = !form.has('repeat') || text('repeat') === text('code');
      void auth.submitCode(isRepeated ? text('code') : '', { personalPhrase: text('phrase') });
    }
  });
  root.addEventListener('click', (event) => {
    const verb = (event.target as HTMLElement).dataset.verb;
    if (verb === 'resend') void auth.resendCode();
    if (verb === 'cancel') void auth.cancel();
    if (verb === 'retry') void auth.retry();
    if (verb === 'reset') void auth.reset();
    if (verb === 'logout') void auth.logout();
  });
  auth.subscribe(render);
  render(auth.getSnapshot());
}

function elementsOf(state: AuthState): HTMLElement[] {
  switch (state.state) {
    case 'idle':
      return [credentials()];
    case 'requestingToken':
      return [make('p', { role: 'status' }, 'Signing in…'), button('cancel', 'Cancel')];
    case 'awaitingTurn':
      return [make('p', { role: 'status' }, 'Another tab is signing in…'), button('cancel', 'Cancel')];
    case 'verifyingCode':
      return [make('p', { role: 'status' }, 'Checking…'), button('cancel', 'Cancel')];
    case 'awaitingCode': {
      const { challenge } = state;
      const problem = `${explainProblem(challenge)} ${challenge.problem === null ? '' : (challenge.reason ?? '')}`;
      const alert = make('p', { role: 'alert' }, problem.trim());
      const [label, type, autocomplete] = fields[challenge.kind];
      const answer = field(label, { name: 'code', type, autocomplete });
      const again = label.startsWith('New') ? [field('The same again', { name: 'repeat', type, autocomplete })] : [];
      const phrase = challenge.kind === 'new-pin' ? [field('Personal phrase', { name: 'phrase' })] : [];
      const form = make('form', {}, alert, answer, ...again, ...phrase, make('button', {}, 'Continue'));
      const resend = challenge.kind === 'code' ? [button('resend', 'Send a new code')] : [];
      return [form, ...resend, button('cancel', 'Cancel')];
    }
    case 'authenticated':
      return [make('p', { role: 'status' }, 'Signed in'), button('logout', 'Sign out')];
    case 'failed': {
      const { failure } = state;
      const alert = make('p', { role: 'alert' }, explain(failure));
      alert.dataset.code = failure.code;
      const retry = failure.retryable ? [button('retry', 'Try again')] : [];
      return [alert, ...retry, button('reset', 'Close'), credentials()];
    }
  }
}

const fields = {
  code: ['Code', 'text', 'one-time-code'],
  pin: ['PIN', 'password', 'off'],
  other: ['Answer', 'text', 'off'],
  'new-password': ['New password', 'password', 'new-password'],
  'new-pin': ['New PIN', 'password', 'off'],
} as const;

const credentials = () =>
  make(
    'form',
    {},
    field('User name', { name: 'username', autocomplete: 'username' }),
    field('Password', { name: 'password', type: 'password', autocomplete: 'current-password' }),
    make('button', {}, 'Sign in'),
  );

const field = (label: string, properties: object) => make('label', {}, `${label} `, make('input', properties));

function button(verb: string, label: string): HTMLElement {
  const element = make('button', { type: 'button' }, label);
  element.dataset.verb = verb;
  return element;
}

/** Server text is inserted as text, so it is never interpreted as markup. */
function make(name: string, properties: object, ...contents: (Node | string)[]): HTMLElement {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...contents);
  return element;
}
