import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  effect,
  InjectionToken,
  Injector,
  inject,
  linkedSignal,
  signal,
} from '@angular/core';
import { type AuthState, reveal, secret } from 'etna-auth';
import { messages } from 'etna-auth/messages';
import { answerIn, checkRepeat, fieldsOf, pictureOf } from '../shared/answer.ts';
import { isBusy } from '../shared/busy.ts';
import type { PageAuth } from '../shared/page-auth.ts';
import { addressOf } from '../shared/picture.ts';
import { words } from '../shared/words.ts';

/** Provide it once for the whole application. */
export const AUTH = new InjectionToken<PageAuth>('AUTH');
/** Seconds until another code may be sent. */
export const RESEND_DELAY = new InjectionToken('RESEND_DELAY', { factory: () => 30 });

/** A login screen. */
@Component({
  selector: 'app-login',
  template: `
    <section class="login" [attr.aria-busy]="isBusy()">
      <h1>{{ words.titleOf(login()) }}</h1>
      <p role="status" [attr.tabindex]="status() ? -1 : null">{{ status() }}</p>

      @if (failure(); as failure) {
        <div role="alert" tabindex="-1">
          <strong>{{ messages[failure.code].problem }}</strong> {{ words.adviceOf(failure) }}
        </div>
        @if (failure.retryable) {
          <button type="button" [disabled]="left() > 0" (click)="send({ type: 'retry' })">
            {{ words.later(words.retry, left()) }}
          </button>
        }
        <button type="button" (click)="send({ type: 'reset' })">{{ words.dismiss }}</button>
      }

      @if (login().state === 'idle' || failure()) {
        <form method="post" (submit)="$event.preventDefault(); signIn(name.value, taken(password))">
          <label>
            {{ words.username }}
            <input #name name="username" [value]="username" autocomplete="username" autocapitalize="none" required />
          </label>
          <label>
            {{ words.password }}
            <input #password name="password" type="password" autocomplete="current-password" required />
          </label>
          <button>{{ words.signIn }}</button>
        </form>
      }

      @if (challenge(); as challenge) {
        @if (!isBusy()) {
          <form #answers (submit)="$event.preventDefault(); submit(answers)" (input)="checkRepeat(answers)">
            <p id="hint">{{ words.hintOf(challenge, isAnotherCode(challenge)) }}</p>
            @if (challenge.personalPhrase; as phrase) {
              <p>{{ words.phrase }} <strong>{{ reveal(phrase) }}</strong></p>
            }
            @if (challenge.image; as image) {
              <img [src]="addressOf(image)" [alt]="words.image" />
            }
            @if (problem()) {
              <p id="problem" role="alert">{{ problem() }}</p>
            }
            @for (field of fieldsOf(challenge); track field.name) {
              <label>
                {{ field.label }}
                <input
                  [name]="field.name"
                  [type]="field.type"
                  [autocomplete]="field.autocomplete"
                  [attr.inputmode]="field.inputMode"
                  [attr.aria-invalid]="problem() !== ''"
                  aria-describedby="hint problem"
                  required
                />
              </label>
            }
            @if (challenge.images?.length) {
              <fieldset>
                <legend>{{ words.newImage }}</legend>
                @for (picture of challenge.images; track picture.name) {
                  <label>
                    <input type="radio" name="image" [value]="picture.name" required />
                    <img [src]="pictureOf(picture.content)" [alt]="picture.name" />
                  </label>
                }
              </fieldset>
            }
            <button>{{ words.submit }}</button>
          </form>
          @if (challenge.kind === 'code') {
            <button type="button" [disabled]="left() > 0" (click)="send({ type: 'code.resend' })">
              {{ words.later(words.resend, left()) }}
            </button>
          }
        }
      }
      @if (isBusy() || challenge()) {
        <button type="button" (click)="send({ type: 'cancel' })">{{ words.cancel }}</button>
      } @else if (login().state === 'authenticated') {
        <button type="button" (click)="send({ type: 'logout' })">{{ words.signOut }}</button>
      }
    </section>
  `,
})
export class Login {
  readonly #auth = inject(AUTH);
  readonly #resendDelay = inject(RESEND_DELAY);

  readonly login = signal(this.#auth.getSnapshot());
  readonly isBusy = computed(() => isBusy(this.login()));
  readonly status = computed(() => words.statusOf({ ...this.login(), unfinished: this.#auth.unfinished }));
  readonly isAnotherCode = this.#auth.isAnotherCode;
  readonly challenge = computed(() => challengeOf(this.login()));
  readonly failure = computed(() => failureOf(this.login()));
  readonly problem = computed(() => {
    const challenge = this.challenge();
    return challenge ? words.problemOf(challenge) : '';
  });
  username = this.#auth.unfinished?.username ?? '';

  /** When the delayed button is enabled. Checking a code does not delay it further. */
  readonly #readyAt = linkedSignal<AuthState, number>({
    source: this.login,
    computation: (login, before) => {
      if (challengeOf(login)?.kind !== 'code') return Date.now() + (failureOf(login)?.retryAfter ?? 0) * 1000;
      const isStillTheSame = before && challengeOf(before.source)?.kind === 'code';
      return isStillTheSame ? before.value : Date.now() + this.#resendDelay * 1000;
    },
  });
  readonly #now = linkedSignal({ source: this.#readyAt, computation: () => Date.now() });
  /** Seconds until then. */
  readonly left = computed(() => Math.max(0, Math.ceil((this.#readyAt() - this.#now()) / 1000)));

  readonly send = this.#auth.actor.send;
  readonly words = words;
  readonly messages = messages;
  readonly reveal = reveal;
  readonly addressOf = addressOf;
  readonly fieldsOf = fieldsOf;
  readonly pictureOf = pictureOf;
  readonly checkRepeat = checkRepeat;

  constructor() {
    const screen: HTMLElement = inject(ElementRef).nativeElement;
    const injector = inject(Injector);
    inject(DestroyRef).onDestroy(
      this.#auth.subscribe((login) => {
        if (login === this.login()) return;
        this.login.set(login);
        // To the first field or notice of the new state, but not when the page opens.
        afterNextRender(() => screen.querySelector<HTMLElement>('input, [tabindex]')?.focus(), { injector });
      }),
    );
    effect((onCleanup) => {
      if (this.#readyAt() <= Date.now()) return;
      const timer = setInterval(() => {
        this.#now.set(Date.now());
        if (this.left() === 0) clearInterval(timer);
      }, 1000);
      onCleanup(() => clearInterval(timer));
    });
  }

  signIn(username: string, password: string): void {
    this.username = username;
    this.send({ type: 'login', credentials: { username, password: secret(password) } });
  }

  /** Reads a field and empties it, since after an immediate failure the form stays. */
  taken(field: HTMLInputElement): string {
    const { value } = field;
    field.value = '';
    return value;
  }

  submit(form: HTMLFormElement): void {
    this.send(answerIn(new FormData(form)));
    // After an immediate failure the form stays.
    form.reset();
  }
}

const challengeOf = (login: AuthState) => ('challenge' in login ? login.challenge : null);
const failureOf = (login: AuthState) => (login.state === 'failed' ? login.failure : null);
