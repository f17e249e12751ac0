import * as prompts from '@clack/prompts';
import ora from 'ora';
import { createFailure } from '../../machines/failures.ts';
import type { Challenge } from '../../machines/vocabulary.ts';
import type { AuthState } from '../auth-state.ts';
import { messages } from '../messages.ts';
import { type CodeAnswer, resend } from '../node/login.ts';
import { AuthError } from '../protocol/auth-error.ts';

/** How the command talks with whoever sits at the terminal. Only a person's cancelling makes it throw. */
export interface Conversation {
  ask(message: string, options: { readonly hidden: boolean; readonly signal: AbortSignal }): Promise<string>;
  answer(challenge: Challenge, signal: AbortSignal): Promise<CodeAnswer>;
  show(state: AuthState): void;
  /** Says how it ended. */
  close(outcome: { readonly message: string; readonly succeeded: boolean }): void;
}

/** A conversation over stdin and stderr: stdout is for data. */
export function createConversation(): Conversation {
  const output = process.stderr;
  // It swallows what is typed meanwhile, which the terminal would echo, and passes Ctrl-C on as the signal that it is.
  const spinner = ora({ stream: output });
  const required = (text: string | undefined) =>
    text ? undefined : 'Please type something, or press Ctrl-C to give up.';

  return {
    async ask(message, { hidden, signal }) {
      const options = { message, output, signal, validate: required };
      return given(await (hidden ? prompts.password(options) : prompts.text(options)));
    },
    async answer(challenge, signal) {
      if (challenge.problem !== null) {
        const reason = challenge.reason === null ? '' : ` (${challenge.reason})`;
        prompts.log.warn(`${messages[challenge.problem].problem}${reason}`, { output });
      }
      for (;;) {
        // Masked like a password: what is typed here must not stay in a scrollback or a recording.
        const code = given(await prompts.password({ message: questionFor(challenge), output, signal }));
        if (code) return challenge.kind === 'code' ? code.replace(/\s/g, '') : code;
        const message = 'Nothing was typed. Start over, and have a new code sent?';
        if (given(await prompts.confirm({ message, output, signal }))) return resend;
      }
    },
    show({ state }) {
      if (state === 'requestingToken') spinner.start('Signing in');
      else if (state === 'verifyingCode') spinner.start('Checking the answer');
      else spinner.stop();
    },
    close({ message, succeeded }) {
      spinner.stop();
      if (succeeded) prompts.log.success(message, { output });
      else prompts.log.error(message, { output });
    },
  };
}

/** For pipes, cron and CI: says how it ended, and asks nothing. */
export function createMonologue(): Conversation {
  const unable = (what: string) =>
    new AuthError(createFailure('invalid-input', { detail: `There is no terminal to ask for ${what}.` }));
  return {
    ask: async (message) => {
      throw unable(message);
    },
    answer: async ({ step }) => {
      throw unable(`${step}; --code-command answers without one`);
    },
    show: () => {},
    close: ({ message }) => console.error(message),
  };
}

function questionFor({ kind, step }: Challenge): string {
  if (kind === 'code') return 'Code from the SMS or e-mail (Enter alone for a new one)';
  return kind === 'pin' ? 'PIN' : step;
}

function given<Value>(answer: Value | typeof prompts.CANCEL_SYMBOL): Value {
  if (prompts.isCancel(answer)) throw new AuthError(createFailure('cancelled'));
  return answer;
}
