import { type AuthState, type Challenge, reveal, secret } from 'etna-auth';
import { messages } from 'etna-auth/messages';
import { answerIn, checkRepeat, fieldsOf, pictureOf } from '../shared/answer.ts';
import { isBusy } from '../shared/busy.ts';
import type { PageAuth } from '../shared/page-auth.ts';
import { addressOf } from '../shared/picture.ts';
import { words } from '../shared/words.ts';

/** A login screen. Set its `auth` before you insert it into the page; `resendDelay`: seconds until another code may be sent. */
export class LoginElement extends HTMLElement {
  auth: PageAuth | null = null;
  resendDelay = 30;

  readonly #title = make('h1');
  readonly #status = make('p', { role: 'status' });
  readonly #screen = make('section', { className: 'login' }, this.#title, this.#status);
  #contents: readonly Element[] = [];
  #username = '';
  /** Outlives the form, so that its countdown continues while a code is checked. */
  #resend: HTMLElement | null = null;
  #unsubscribe = () => {};

  connectedCallback(): void {
    if (!this.auth) return;
    this.#username = this.auth.unfinished?.username ?? '';
    this.append(this.#screen);
    this.#show(this.auth.getSnapshot());
    let shown = this.auth.getSnapshot();
    this.#unsubscribe = this.auth.subscribe((login) => {
      if (login === shown) return;
      shown = login;
      this.#show(login);
      this.querySelector<HTMLElement>('input, [tabindex]')?.focus();
    });
  }

  disconnectedCallback(): void {
    this.#unsubscribe();
  }

  #show(login: AuthState): void {
    if (!('challenge' in login && login.challenge.kind === 'code')) this.#resend = null;
    else this.#resend ??= this.#button('code.resend', words.resend, this.resendDelay);

    this.#screen.ariaBusy = String(isBusy(login));
    this.#title.textContent = words.titleOf(login);
    const status = words.statusOf({ ...login, unfinished: this.auth?.unfinished ?? null });
    this.#status.textContent = status;
    if (status) this.#status.tabIndex = -1;
    else this.#status.removeAttribute('tabindex');
    // The title and the status stay in the page, since screen readers watch the latter.
    for (const element of this.#contents) element.remove();
    this.#contents = this.#contentsOf(login);
    this.#screen.append(...this.#contents);
  }

  #contentsOf(login: AuthState): readonly Element[] {
    switch (login.state) {
      case 'idle':
        return [this.#signInForm()];
      case 'requestingToken':
      case 'awaitingTurn':
      case 'verifyingCode':
        return [this.#button('cancel', words.cancel)];
      case 'awaitingCode':
        return [
          this.#answerForm(login.challenge),
          ...(this.#resend ? [this.#resend] : []),
          this.#button('cancel', words.cancel),
        ];
      case 'authenticated':
        return [this.#button('logout', words.signOut)];
      case 'failed': {
        const { code, retryable, retryAfter } = login.failure;
        const problem = make('strong', {}, messages[code].problem);
        const alert = make('div', { role: 'alert', tabIndex: -1 }, problem, ` ${words.adviceOf(login.failure)}`);
        const retry = retryable ? [this.#button('retry', words.retry, retryAfter ?? 0)] : [];
        return [alert, ...retry, this.#button('reset', words.dismiss), this.#signInForm()];
      }
    }
  }

  #signInForm(): HTMLElement {
    const username = make('input', { autocomplete: 'username', autocapitalize: 'none', required: true });
    const password = make('input', { type: 'password', autocomplete: 'current-password', required: true });
    username.value = this.#username;
    return form(words.signIn, [label(words.username, username), label(words.password, password)], () => {
      this.#username = username.value;
      const credentials = { username: username.value, password: secret(password.value) };
      this.auth?.actor.send({ type: 'login', credentials });
    });
  }

  #answerForm(challenge: Challenge): HTMLElement {
    const { personalPhrase, image, images = [] } = challenge;
    const problem = words.problemOf(challenge);
    const fields = fieldsOf(challenge).map(({ label: text, ...properties }) => {
      const field = make('input', { ...properties, ariaInvalid: String(problem !== ''), required: true });
      field.setAttribute('aria-describedby', 'hint problem');
      return label(text, field);
    });
    const contents = [make('p', { id: 'hint' }, words.hintOf(challenge, this.auth?.isAnotherCode(challenge) ?? false))];
    if (personalPhrase) contents.push(make('p', {}, `${words.phrase} `, make('strong', {}, reveal(personalPhrase))));
    if (image) contents.push(make('img', { src: addressOf(image), alt: words.image }));
    if (problem) contents.push(make('p', { id: 'problem', role: 'alert' }, problem));
    const pictures = images.map(({ name, content }) => {
      const choice = make('input', { type: 'radio', name: 'image', value: name, required: true });
      return make('label', {}, choice, make('img', { src: pictureOf(content), alt: name }));
    });
    const fieldset = make('fieldset', {}, make('legend', {}, words.newImage), ...pictures);
    const answers = form(words.submit, [...contents, ...fields, ...(pictures.length > 0 ? [fieldset] : [])], () => {
      this.auth?.actor.send(answerIn(new FormData(answers)));
    });
    answers.oninput = () => checkRepeat(answers);
    return answers;
  }

  /** A button that sends an event, possibly enabled later. */
  #button(type: 'cancel' | 'code.resend' | 'logout' | 'reset' | 'retry', text: string, seconds = 0): HTMLElement {
    const button = make('button', { type: 'button', onclick: () => this.auth?.actor.send({ type }) });
    const end = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      button.disabled = left > 0;
      button.textContent = words.later(text, left);
      // Ends even if the button is no longer shown.
      if (left > 0) setTimeout(tick, 1000);
    };
    tick();
    return button;
  }
}

customElements.define('etna-login', LoginElement);

type Tag = keyof HTMLElementTagNameMap;

/** Text is inserted as text, so server text is never interpreted as markup. */
function make<Name extends Tag>(name: Name, properties: object = {}, ...contents: (Node | string)[]) {
  const element = document.createElement(name);
  Object.assign(element, properties).append(...contents);
  return element;
}

const label = (text: string, input: HTMLElement) => make('label', {}, text, input);

function form(verb: string, contents: readonly Node[], onSubmit: () => void): HTMLFormElement {
  const onsubmit = (event: Event) => {
    event.preventDefault();
    onSubmit();
  };
  return make('form', { onsubmit }, ...contents, make('button', {}, verb));
}
