import { AuthError } from '../../machines/failures.ts';
import type { Challenge } from '../../machines/vocabulary.ts';
import type { AuthState } from '../auth-state.ts';
import type { CodeAnswer, NewPin } from '../session/sign-in.ts';

/** How the command talks with whoever sits at the terminal. Only a person's cancelling makes it throw. */
export interface Conversation {
  ask(message: string, options: { readonly hidden: boolean; readonly signal: AbortSignal }): Promise<string>;
  answer(challenge: Challenge, signal: AbortSignal): Promise<CodeAnswer>;
  newPassword(challenge: Challenge, signal: AbortSignal): Promise<string>;
  newPin(challenge: Challenge, signal: AbortSignal): Promise<NewPin>;
  show(state: AuthState): void;
  /** Says something on the way. */
  note(message: string): void;
  /** Says how it ended. */
  close(outcome: { readonly message: string; readonly succeeded: boolean }): void;
}

/** For pipes, cron and CI: says how it ended, and asks nothing. */
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
