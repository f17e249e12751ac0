import { type AuthFailure, type AuthState, type Challenge, reveal, secret } from 'etna-auth';
import { messages } from 'etna-auth/messages';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import { answerIn, checkRepeat, fieldsOf, pictureOf } from '../shared/answer.ts';
import { isBusy } from '../shared/busy.ts';
import type { PageAuth } from '../shared/page-auth.ts';
import { addressOf } from '../shared/picture.ts';
import { words } from '../shared/words.ts';

/** The state for rendering on a server and for hydration: without sessions and unfinished logins. */
const onServer: AuthState = { state: 'idle' };

/** A login screen. `resendDelay`: seconds until another code may be sent. */
export function Login({ auth, resendDelay = 30 }: { auth: PageAuth; resendDelay?: number }) {
  const login = useSyncExternalStore(auth.subscribe, auth.getSnapshot, () => onServer);
  const unfinished = login === onServer ? null : auth.unfinished;
  const { send } = auth.actor;
  const [username, setUsername] = useState(auth.unfinished?.username);
  const screen = useFocusAfter(login);
  const status = words.statusOf({ ...login, unfinished });

  const signIn = (form: FormData) => {
    const credentials = { username: textOf(form, 'username'), password: secret(textOf(form, 'password')) };
    setUsername(credentials.username);
    send({ type: 'login', credentials });
  };

  return (
    <section className="login" aria-busy={isBusy(login)} ref={screen}>
      <h1>{words.titleOf(login)}</h1>
      <p role="status" tabIndex={status ? -1 : undefined}>
        {status}
      </p>
      {login.state === 'failed' && (
        <>
          <Failure failure={login.failure} />
          {login.failure.retryable && (
            <LaterButton
              seconds={login.failure.retryAfter ?? 0}
              label={words.retry}
              onClick={() => send({ type: 'retry' })}
            />
          )}
          <button type="button" onClick={() => send({ type: 'reset' })}>
            {words.dismiss}
          </button>
        </>
      )}
      {(login.state === 'idle' || login.state === 'failed') && (
        <form action={signIn}>
          <label>
            {words.username}
            <input name="username" autoComplete="username" autoCapitalize="none" defaultValue={username} required />
          </label>
          <label>
            {words.password}
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <button type="submit">{words.signIn}</button>
        </form>
      )}
      {login.state === 'awaitingCode' && (
        <AnswerForm auth={auth} challenge={login.challenge} onAnswer={(form) => send(answerIn(form))} />
      )}
      {'challenge' in login && login.challenge.kind === 'code' && (
        // Hidden while a code is checked, so that its countdown continues.
        <LaterButton
          seconds={resendDelay}
          label={words.resend}
          hidden={isBusy(login)}
          onClick={() => send({ type: 'code.resend' })}
        />
      )}
      {(isBusy(login) || login.state === 'awaitingCode') && (
        <button type="button" onClick={() => send({ type: 'cancel' })}>
          {words.cancel}
        </button>
      )}
      {login.state === 'authenticated' && (
        <button type="button" onClick={() => send({ type: 'logout' })}>
          {words.signOut}
        </button>
      )}
    </section>
  );
}

function Failure({ failure }: { failure: AuthFailure }) {
  return (
    <div role="alert" tabIndex={-1}>
      <strong>{messages[failure.code].problem}</strong> {words.adviceOf(failure)}
    </div>
  );
}

function AnswerForm(props: { auth: PageAuth; challenge: Challenge; onAnswer: (form: FormData) => void }) {
  const { auth, challenge, onAnswer } = props;
  const { personalPhrase, image, images = [] } = challenge;
  const problem = words.problemOf(challenge);
  const id = useId();

  return (
    <form action={onAnswer} onInput={(event) => checkRepeat(event.currentTarget)}>
      <p id={`${id}hint`}>{words.hintOf(challenge, auth.isAnotherCode(challenge))}</p>
      {personalPhrase && (
        <p>
          {words.phrase} <strong>{reveal(personalPhrase)}</strong>
        </p>
      )}
      {image && <img src={addressOf(image)} alt={words.image} />}
      {problem && (
        <p role="alert" id={`${id}problem`}>
          {problem}
        </p>
      )}
      {fieldsOf(challenge).map(({ name, label, type, autocomplete, inputMode }) => (
        <label key={name}>
          {label}
          <input
            name={name}
            type={type}
            autoComplete={autocomplete}
            inputMode={inputMode}
            aria-invalid={problem !== ''}
            aria-describedby={`${id}hint ${id}problem`}
            required
          />
        </label>
      ))}
      {images.length > 0 && (
        <fieldset>
          <legend>{words.newImage}</legend>
          {images.map(({ name, content }) => (
            <label key={name}>
              <input type="radio" name="image" value={name} required />
              <img src={pictureOf(content)} alt={name} />
            </label>
          ))}
        </fieldset>
      )}
      <button type="submit">{words.submit}</button>
    </form>
  );
}

/** A button that is enabled after a delay. */
function LaterButton(props: { label: string; seconds: number; hidden?: boolean; onClick: () => void }) {
  const { label, seconds, hidden, onClick } = props;
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
      if (Date.now() >= end) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [seconds]);

  return (
    <button type="button" disabled={left > 0} hidden={hidden} onClick={onClick}>
      {words.later(label, left)}
    </button>
  );
}

const textOf = (form: FormData, name: string) => String(form.get(name));

/** Moves the focus to the first field or notice of the new state, but not when the page opens. */
function useFocusAfter(login: AuthState) {
  const screen = useRef<HTMLElement>(null);
  const shown = useRef(login);
  useEffect(() => {
    const before = shown.current;
    shown.current = login;
    if (before === login || before === onServer) return;
    screen.current?.querySelector<HTMLElement>('input, [tabindex]')?.focus();
  }, [login]);
  return screen;
}
