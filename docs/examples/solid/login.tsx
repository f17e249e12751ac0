import { fromActorRef } from '@xstate/solid';
import { type AuthFailure, type Challenge, reveal, secret } from 'etna-auth';
import { messages } from 'etna-auth/messages';
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js';
import { answerIn, checkRepeat, fieldsOf, pictureOf } from '../shared/answer.ts';
import { isBusy } from '../shared/busy.ts';
import type { PageAuth } from '../shared/page-auth.ts';
import { addressOf } from '../shared/picture.ts';
import { words } from '../shared/words.ts';

const signedOut = { state: 'idle', challenge: null, failure: null, session: null } as const;

/** A login screen. `resendDelay`: seconds until another code may be sent. */
export function Login(props: { auth: PageAuth; resendDelay?: number }) {
  const { send } = props.auth.actor;
  const snapshot = fromActorRef(props.auth.actor);
  const current = createMemo(() => ({ state: snapshot().value, ...snapshot().context }));
  // The page starts with the server's state, which has no session and no unfinished login.
  const [isMounted, setMounted] = createSignal(false);
  onMount(() => setMounted(true));
  const login = () => (isMounted() ? current() : signedOut);
  const status = () => words.statusOf({ ...login(), unfinished: isMounted() ? props.auth.unfinished : null });
  const [username, setUsername] = createSignal(props.auth.unfinished?.username ?? '');

  // To the first field or notice of the new state, but not when the page opens.
  let screen!: HTMLElement;
  createEffect(on(current, () => screen.querySelector<HTMLElement>('input, [tabindex]')?.focus(), { defer: true }));

  const signIn = (form: FormData) => {
    const credentials = { username: textOf(form, 'username'), password: secret(textOf(form, 'password')) };
    setUsername(credentials.username);
    send({ type: 'login', credentials });
  };

  return (
    <section class="login" aria-busy={isBusy(login())} ref={screen}>
      <h1>{words.titleOf(login())}</h1>
      <p role="status" tabIndex={status() ? -1 : undefined}>
        {status()}
      </p>
      <Show when={login().failure}>
        {(failure) => (
          <>
            <Failure failure={failure()} />
            <Show when={failure().retryable}>
              <LaterButton
                seconds={failure().retryAfter ?? 0}
                label={words.retry}
                onClick={() => send({ type: 'retry' })}
              />
            </Show>
            <button type="button" onClick={() => send({ type: 'reset' })}>
              {words.dismiss}
            </button>
          </>
        )}
      </Show>
      <Show when={login().state === 'idle' || login().state === 'failed'}>
        <form method="post" onSubmit={submitted(signIn)}>
          <label>
            {words.username}
            <input name="username" autocomplete="username" autocapitalize="none" value={username()} required />
          </label>
          <label>
            {words.password}
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          <button type="submit">{words.signIn}</button>
        </form>
      </Show>
      <Show when={login().state === 'awaitingCode' && login().challenge}>
        {(challenge) => (
          <AnswerForm auth={props.auth} challenge={challenge()} onAnswer={(form) => send(answerIn(form))} />
        )}
      </Show>
      {/* Hidden while a code is checked, so that its countdown continues. */}
      <Show when={login().challenge?.kind === 'code'}>
        <LaterButton
          seconds={props.resendDelay ?? 30}
          label={words.resend}
          hidden={isBusy(login())}
          onClick={() => send({ type: 'code.resend' })}
        />
      </Show>
      <Show when={isBusy(login()) || login().challenge}>
        <button type="button" onClick={() => send({ type: 'cancel' })}>
          {words.cancel}
        </button>
      </Show>
      <Show when={login().state === 'authenticated'}>
        <button type="button" onClick={() => send({ type: 'logout' })}>
          {words.signOut}
        </button>
      </Show>
    </section>
  );
}

function Failure(props: { failure: AuthFailure }) {
  return (
    <div role="alert" tabIndex={-1}>
      <strong>{messages[props.failure.code].problem}</strong> {words.adviceOf(props.failure)}
    </div>
  );
}

function AnswerForm(props: { auth: PageAuth; challenge: Challenge; onAnswer: (form: FormData) => void }) {
  const problem = () => words.problemOf(props.challenge);

  return (
    <form onSubmit={submitted((form) => props.onAnswer(form))} onInput={(event) => checkRepeat(event.currentTarget)}>
      <p id="hint">{words.hintOf(props.challenge, props.auth.isAnotherCode(props.challenge))}</p>
      <Show when={props.challenge.personalPhrase}>
        {(phrase) => (
          <p>
            {words.phrase} <strong>{reveal(phrase())}</strong>
          </p>
        )}
      </Show>
      <Show when={props.challenge.image}>{(image) => <img src={addressOf(image())} alt={words.image} />}</Show>
      <Show when={problem()}>
        <p role="alert" id="problem">
          {problem()}
        </p>
      </Show>
      <For each={fieldsOf(props.challenge)}>
        {({ name, label, type, autocomplete, inputMode }) => (
          <label>
            {label}
            <input
              name={name}
              type={type}
              autocomplete={autocomplete}
              inputmode={inputMode}
              aria-invalid={problem() !== ''}
              aria-describedby="hint problem"
              required
            />
          </label>
        )}
      </For>
      <Show when={props.challenge.images?.length ? props.challenge.images : null}>
        {(images) => (
          <fieldset>
            <legend>{words.newImage}</legend>
            <For each={images()}>
              {({ name, content }) => (
                <label>
                  <input type="radio" name="image" value={name} required />
                  <img src={pictureOf(content)} alt={name} />
                </label>
              )}
            </For>
          </fieldset>
        )}
      </Show>
      <button type="submit">{words.submit}</button>
    </form>
  );
}

/** A button that is enabled after a delay. */
function LaterButton(props: { label: string; seconds: number; hidden?: boolean; onClick: () => void }) {
  const [left, setLeft] = createSignal(props.seconds);
  onMount(() => {
    const end = Date.now() + props.seconds * 1000;
    const timer = setInterval(() => {
      setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
      if (Date.now() >= end) clearInterval(timer);
    }, 1000);
    onCleanup(() => clearInterval(timer));
  });

  return (
    <button type="button" disabled={left() > 0} hidden={props.hidden} onClick={() => props.onClick()}>
      {words.later(props.label, left())}
    </button>
  );
}

const textOf = (form: FormData, name: string) => String(form.get(name));

const submitted = (action: (form: FormData) => void) => (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
  event.preventDefault();
  action(new FormData(event.currentTarget));
};
