import type { Auth, AuthState } from 'etna-auth';
import { explain, messages } from 'etna-auth/messages';

/** A login form in plain DOM. Yours may be anything, as long as a user can use it. */
export function renderLoginForm(root: HTMLElement, auth: Auth): void {
  const render = (state: AuthState) => {
    root.innerHTML = pageOf(state);
    root.querySelector('[data-reason]')?.append(reasonOf(state));
  };
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '');
    if (form.has('password')) void auth.login({ username: text('username'), password: text('password') });
    else void auth.submitCode(text('code'));
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

const button = (verb: string, label: string) => `<button type="button" data-verb="${verb}">${label}</button>`;

const credentials = `
  <form>
    <label>User name <input name="username" autocomplete="username"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password"></label>
    <button>Sign in</button>
  </form>`;

function pageOf(state: AuthState): string {
  switch (state.state) {
    case 'idle':
      return credentials;
    case 'requestingToken':
      return `<p role="status">Signing in…</p>${button('cancel', 'Cancel')}`;
    case 'verifyingCode':
      return `<p role="status">Checking…</p>${button('cancel', 'Cancel')}`;
    case 'awaitingCode': {
      const label = state.challenge.kind === 'pin' ? 'PIN' : 'Code';
      return `
        <form>
          <p role="alert" data-reason></p>
          <label>${label} <input name="code" autocomplete="one-time-code"></label>
          <button>Continue</button>
        </form>
        ${button('resend', 'Send a new code')} ${button('cancel', 'Cancel')}`;
    }
    case 'authenticated':
      return `<p role="status">Signed in</p>${button('logout', 'Sign out')}`;
    case 'failed':
      return `
        <p role="alert" data-code="${state.failure.code}" data-reason></p>
        ${state.failure.retryable ? button('retry', 'Try again') : ''} ${button('reset', 'Close')}
        ${credentials}`;
  }
}

/** What the server says is text, never markup. */
function reasonOf(state: AuthState): string {
  if (state.state === 'failed') return explain(state.failure);
  if (state.state !== 'awaitingCode' || state.challenge.problem === null) return '';
  return `${messages[state.challenge.problem].problem} ${state.challenge.reason ?? ''}`;
}
