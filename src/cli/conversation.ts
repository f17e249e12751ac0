import { AuthError } from '../../machines/failures.ts';
import type { Challenge } from '../../machines/vocabulary.ts';
import type { AuthState } from '../auth-state.ts';
import type { CodeAnswer, NewPin } from '../session/sign-in.ts';

/** How the command communicates with the user. It throws only if the user cancels. */
export interface Conversation {
  ask(message: string, options: { readonly hidden: boolean; readonly signal: AbortSignal }): Promise<string>;
  answer(challenge: Challenge, signal: AbortSignal): Promise<CodeAnswer>;
  newPassword(challenge: Challenge, signal: AbortSignal): Promise<string>;
  newPin(challenge: Challenge, signal: AbortSignal): Promise<NewPin>;
  show(state: AuthState): void;
  /** Shows progress. */
  note(message: string): void;
  /** Shows the result. */
  close(outcome: { readonly message: string; readonly succeeded: boolean }): void;
}

/** For pipes, cron and CI: shows the result, and never prompts. */
export function createMonologue(): Conversation {
  const unable = (what: string) =>
    new AuthError('invalid-input', { detail: `There is no terminal to ask for ${what}.` });
  return {
    ask: async (message) => {
      throw unable(message);
    },
    answer: async ({ step }) => {
      throw unable(`${step}; --code-command answers without one`);
    },
    newPassword: async () => {
      throw unable('a new password');
    },
    newPin: async () => {
      throw unable('a new PIN');
    },
    show: () => {},
    note: (message) => console.error(message),
    close: ({ message }) => console.error(message),
  };
}
