import { styleText } from 'node:util';
import * as prompts from '@clack/prompts';
import { AuthError } from '../../machines/failures.ts';
import type { Challenge } from '../../machines/vocabulary.ts';
import { explainProblem } from '../messages.ts';
import { resend } from '../session/sign-in.ts';
import type { Conversation } from './conversation.ts';
import { createSpinner } from './spinner.ts';

/** For a terminal: prompts on stderr, since stdout carries only data. */
export function createDialogue(title: string): Conversation {
  const output = process.stderr;
  // A terminal of unknown width reports 0, with which a spinner would count lines forever.
  if (!output.columns) Object.defineProperty(output, 'columns', { value: 80, writable: true, configurable: true });
  // Without it, Ctrl-D would leave the prompt hanging.
  prompts.updateSettings({ aliases: { '\u0004': 'cancel' } });
  prompts.intro(title, { output });
  const spinner = createSpinner(output);
  const required = (text: string | undefined) =>
    text ? undefined : 'Please type something, or press Ctrl-C to give up.';

  /** Shows why a challenge is repeated. The server's reason is omitted if the code could not be sent. */
  const warn = (challenge: Challenge) => {
    const { problem, reason } = challenge;
    if (problem === null) return;
    const particulars = problem === 'invalid-code' && reason !== null ? ` (${reason})` : '';
    prompts.log.warn(wrapped(`${explainProblem(challenge)}${particulars}`), { output });
  };

  /** Masked input for a new value is requested twice. */
  const chosen = async (message: string, signal: AbortSignal): Promise<string> => {
    for (;;) {
      const ask = async (question: string) =>
        given(await prompts.password({ message: question, output, signal, validate: required }));
      const text = await ask(message);
      if ((await ask('Repeat it')) === text) return text;
      prompts.log.warn('The entries do not match.', { output });
    }
  };

  return {
    async ask(message, { hidden, signal }) {
      const options = { message, output, signal, validate: required };
      return given(await (hidden ? prompts.password(options) : prompts.text(options)));
    },
    async answer(challenge, signal) {
      warn(challenge);
      for (;;) {
        // Masked like a password, so that it does not stay in a scrollback or a recording.
        const typed = given(await prompts.password({ message: questionFor(challenge), output, signal }));
        const answer = challenge.kind === 'code' ? typed.trim() : typed;
        if (answer) return answer;
        const message = 'Nothing was entered. Start over and request a new code?';
        if (given(await prompts.confirm({ message, output, signal }))) return resend;
      }
    },
    async newPassword(challenge, signal) {
      if (challenge.problem === null) prompts.log.warn('Your password has expired. Choose a new one.', { output });
      warn(challenge);
      return chosen('New password', signal);
    },
    async newPin(challenge, signal) {
      if (challenge.problem === null) prompts.log.warn('Your account needs a PIN. Choose one.', { output });
      warn(challenge);
      const pin = await chosen('New PIN', signal);
      const message = 'Personal phrase (shown whenever the PIN is requested)';
      const personalPhrase = given(await prompts.text({ message, output, signal, validate: required }));
      const options = (challenge.images ?? []).map(({ name }) => ({ value: name, label: name }));
      if (options.length === 0) return { pin, personalPhrase };
      const question = { message: 'Picture (shown with the phrase)', options, output, signal };
      return { pin, personalPhrase, imageName: given(await prompts.select(question)) };
    },
    show(login) {
      if (login.state === 'requestingToken') spinner.start('Signing in');
      else if (login.state === 'verifyingCode') spinner.start(`Checking the ${nouns[login.challenge.kind]}`);
      else spinner.stop();
    },
    note(message) {
      spinner.makeRoom();
      prompts.log.info(wrapped(message), { output });
    },
    close({ message, succeeded }) {
      spinner.stop();
      // The last line is separated from the bar above it.
      const text = wrapped(message).replaceAll('\n', '\n   ');
      prompts.outro(styleText(succeeded ? 'green' : 'red', text, { stream: output }), { output });
    },
  };
}

/** Breaks lines between words; the terminal would break them anywhere, without the margin. */
function wrapped(text: string): string {
  const width = Math.max((process.stderr.columns || 80) - 4, 20);
  return text.replace(new RegExp(`(.{1,${width}})(?: +|$)`, 'g'), '$1\n').trimEnd();
}

const nouns = {
  code: 'code',
  pin: 'PIN',
  other: 'answer',
  'new-password': 'new password',
  'new-pin': 'new PIN',
} as const;

function questionFor({ kind, step }: Challenge): string {
  if (kind === 'code') return 'Code from the SMS or e-mail (Enter alone for a new one)';
  return kind === 'pin' ? 'PIN' : step;
}

function given<Value>(answer: Value | typeof prompts.CANCEL_SYMBOL): Value {
  if (prompts.isCancel(answer)) throw new AuthError('cancelled');
  return answer;
}
