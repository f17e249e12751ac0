// A login screen on XState alone, with the same fields as that of the README. The cost of checking its types is the cost of XState.
import { useMachine } from '@xstate/react';
import { useState } from 'react';
import { assign, fromPromise, setup } from 'xstate';

interface Reply {
  readonly token: string;
  readonly expects: 'code' | 'pin' | null;
}

interface Request {
  readonly username: string;
  readonly password: string;
  readonly code: string | null;
}

const post = fromPromise<Reply, Request>(async ({ input, signal }) => {
  const headers = { Username: input.username, Password: input.password, VerificationCode: input.code ?? '' };
  return (await fetch('https://etna.test/api/token', { method: 'POST', headers, signal })).json();
});

const machine = setup({
  types: {
    context: {} as Request & {
      readonly expects: Reply['expects'];
      readonly token: string | null;
      readonly failure: string | null;
    },
    events: {} as
      | { readonly type: 'login'; readonly username: string; readonly password: string }
      | { readonly type: 'code.submit'; readonly code: string }
      | { readonly type: 'code.resend' | 'cancel' | 'retry' | 'reset' | 'logout' },
    tags: '' as 'busy',
  },
  actors: { post },
  guards: { isChallenged: (_, expects: Reply['expects']) => expects !== null },
  actions: { forget: assign({ password: '', code: null, expects: null, token: null, failure: null }) },
}).createMachine({
  id: 'bare',
  context: { username: '', password: '', code: null, expects: null, token: null, failure: null },
  initial: 'idle',
  states: {
    idle: {
      entry: 'forget',
      on: {
        login: { target: 'posting', actions: assign(({ event: { username, password } }) => ({ username, password })) },
      },
    },
    posting: {
      tags: ['busy'],
      invoke: {
        src: 'post',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isChallenged', params: ({ event }) => event.output.expects },
            target: 'awaitingCode',
            actions: assign(({ event }) => ({ expects: event.output.expects })),
          },
          { target: 'authenticated', actions: assign(({ event }) => ({ token: event.output.token })) },
        ],
        onError: { target: 'failed', actions: assign(({ event }) => ({ failure: String(event.error) })) },
      },
      on: { cancel: 'idle' },
    },
    awaitingCode: {
      on: {
        'code.submit': { target: 'posting', actions: assign(({ event }) => ({ code: event.code })) },
        'code.resend': 'posting',
        cancel: 'idle',
      },
    },
    authenticated: { on: { logout: 'idle' } },
    failed: { on: { retry: 'posting', reset: 'idle' } },
  },
});

const textOf = (form: FormData, name: string) => String(form.get(name));

export function Login() {
  const [snapshot, send] = useMachine(machine);
  const [username, setUsername] = useState('');
  const { expects, failure, token } = snapshot.context;
  const button = (type: 'cancel' | 'code.resend' | 'logout' | 'reset' | 'retry', label: string) => (
    <button type="button" onClick={() => send({ type })}>
      {label}
    </button>
  );
  const signIn = (form: FormData) => {
    setUsername(textOf(form, 'username'));
    send({ type: 'login', username: textOf(form, 'username'), password: textOf(form, 'password') });
  };
  if (token) return button('logout', `Sign ${username} out`);
  if (snapshot.hasTag('busy')) return button('cancel', 'Cancel');
  if (expects) {
    return (
      <form action={(form) => send({ type: 'code.submit', code: textOf(form, 'code') })}>
        <label>
          {expects} <input name="code" required />
        </label>
        <button type="submit">Continue</button>
        {button('code.resend', 'Send a new code')} {button('cancel', 'Cancel')}
      </form>
    );
  }
  return (
    <form action={signIn}>
      {failure && <p role="alert">{failure}</p>}
      {failure && button('retry', 'Try again')} {failure && button('reset', 'Dismiss')}
      <label>
        User name <input name="username" defaultValue={username} required />
      </label>
      <label>
        Password <input name="password" type="password" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
