import { type AuthEvent, type Challenge, secret } from 'etna-auth';
import { words } from './words.ts';

/** A field of the form for a challenge. */
export interface AnswerField {
  readonly name: 'answer' | 'repeat' | 'phrase';
  readonly label: string;
  readonly type: 'text' | 'password';
  readonly autocomplete: 'one-time-code' | 'new-password' | 'off';
  readonly inputMode: 'numeric' | 'text';
}

/** The fields for a challenge. Masked input for a new value is requested twice. */
export function fieldsOf({ kind }: Challenge): readonly [AnswerField, ...AnswerField[]] {
  const answer: AnswerField = {
    name: 'answer',
    label: words.answers[kind].label,
    type: kind === 'code' || kind === 'other' ? 'text' : 'password',
    autocomplete: kind === 'code' ? 'one-time-code' : kind === 'new-password' ? 'new-password' : 'off',
    inputMode: kind === 'other' || kind === 'new-password' ? 'text' : 'numeric',
  };
  if (kind !== 'new-password' && kind !== 'new-pin') return [answer];
  const repeat: AnswerField = { ...answer, name: 'repeat', label: words.repeat[kind] };
  if (kind === 'new-password') return [answer, repeat];
  return [answer, repeat, { ...answer, name: 'phrase', label: words.newPhrase, type: 'text', inputMode: 'text' }];
}

/** Makes the browser report two different entries before the form is submitted. Call it on each `input` event of the form. */
export function checkRepeat(form: HTMLFormElement): void {
  const repeat = form.elements.namedItem('repeat');
  if (!(repeat instanceof HTMLInputElement)) return;
  repeat.setCustomValidity(repeat.value === textIn(new FormData(form), 'answer') ? '' : words.differs);
}

/** The event for a challenge, from the fields of a form. */
export function answerIn(form: FormData): AuthEvent {
  // Two different entries are not sent, even if the browser allowed them.
  const isRepeated = !form.has('repeat') || textIn(form, 'repeat') === textIn(form, 'answer');
  const code = secret(isRepeated ? textIn(form, 'answer') : '');
  if (!form.has('phrase')) return { type: 'code.submit', code };
  const imageName = form.has('image') ? textIn(form, 'image') : undefined;
  return { type: 'code.submit', code, choice: { imageName, personalPhrase: secret(textIn(form, 'phrase')) } };
}

/** The URL of a picture to choose from. */
export const pictureOf = (content: string): string => `data:image/png;base64,${content}`;

const textIn = (form: FormData, name: string) => String(form.get(name) ?? '');
