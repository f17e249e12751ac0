import type { AuthFailure, AuthState, Challenge, Session } from 'etna-auth';
import type { UnfinishedLogin } from 'etna-auth/browser';
import { explainProblem, messages } from 'etna-auth/messages';

/** The state of a login, from `stateOf` or from the machine's context. */
export interface Shown {
  /** `deciding` is left at once, and never shown. */
  readonly state: AuthState['state'] | 'deciding';
  readonly challenge?: Challenge | null;
  readonly session?: Session | null;
  readonly unfinished?: UnfinishedLogin | null;
}

/** The texts of the screens, except the messages for failures in `etna-auth/messages`. Another language is another object like this. */
export const words = {
  username: 'User name',
  password: 'Password',
  signIn: 'Sign in',
  signOut: 'Sign out',
  submit: 'Continue',
  cancel: 'Cancel',
  retry: 'Try again',
  dismiss: 'Dismiss',
  resend: 'Send a new code',
  waiting: 'You are signing in to this account in another tab. Continue there, or cancel.',
  unfinished: 'Your login was interrupted. Please sign in again.',
  sent: {
    'new-password': 'Your login was interrupted. The new password may already be in effect: try it first.',
    'new-pin': 'Your login was interrupted. The new PIN may already be in effect: try it first.',
  },
  resumable: 'Your login was interrupted. The code that you received is still valid: sign in again to enter it.',
  anotherCode: 'A new code is on its way. Codes that were sent before are no longer valid.',
  phrase: 'Your personal phrase:',
  image: 'Your personal image',
  answers: {
    code: {
      title: 'Enter the code',
      label: 'Code',
      hint: 'Sent by SMS or e-mail. If there are several, use the latest.',
    },
    pin: { title: 'Enter your PIN', label: 'PIN', hint: 'The PIN of your brokerage account.' },
    other: { title: 'One more step', label: 'Answer', hint: 'The server asks:' },
    'new-password': { title: 'Choose a new password', label: 'New password', hint: 'Your password has expired.' },
    'new-pin': {
      title: 'Choose a PIN',
      label: 'New PIN',
      hint: 'Your account needs a PIN. Your phrase and picture will be shown whenever it is required, so that you recognise the real site.',
    },
  },
  repeat: { 'new-password': 'Repeat the new password', 'new-pin': 'Repeat the new PIN' },
  differs: 'The two entries differ.',
  newPhrase: 'Personal phrase',
  newImage: 'A picture',
  /** The label of a button, with the seconds until it is enabled. */
  later: (label: string, seconds: number) => (seconds > 0 ? `${label} (${seconds} s)` : label),
  titleOf({ state, challenge }: Shown): string {
    if (challenge) return words.answers[challenge.kind].title;
    return state === 'authenticated' ? 'Signed in' : 'Sign in';
  },
  /** The status line. */
  statusOf({ state, session, unfinished }: Shown): string {
    if (state === 'idle' && unfinished) return cutOff(unfinished);
    if (state === 'requestingToken') return 'Signing in…';
    if (state === 'awaitingTurn') return words.waiting;
    if (state === 'verifyingCode') return 'Checking…';
    return state === 'authenticated' && session ? sessionLine(session) : '';
  },
  /** What the user has to enter. */
  hintOf({ kind, reason }: Challenge, isAnotherCode: boolean): string {
    if (isAnotherCode) return words.anotherCode;
    const { hint } = words.answers[kind];
    return kind === 'other' && reason !== null ? `${hint} ${isolated(reason)}` : hint;
  },
  /** Why a challenge is repeated. Empty for a new one, whose server text may already read like a refusal. */
  problemOf(challenge: Challenge): string {
    const words = explainProblem(challenge);
    return challenge.problem === 'invalid-code' ? `${words} ${sentence(challenge.reason)}`.trim() : words;
  },
  /** Details of a failure: the server's words or ours, and what to do next. */
  adviceOf({ code, reason, detail }: AuthFailure): string {
    return `${sentence(reason ?? (detail && `(${detail})`))} ${messages[code].remedy}`.trim();
  },
};

/** The notice about a login that the previous page did not finish. */
function cutOff({ sent, resumable }: UnfinishedLogin): string {
  if (sent) return words.sent[sent];
  return resumable ? words.resumable : words.unfinished;
}

/** Servers omit the full stop. */
const sentence = (text: string | null) => (text ? isolated(/[.!?)]\s*$/.test(text) ? text : `${text}.`) : '');

/** Isolates server text in a right-to-left language, as `<bdi>` does, so that it does not reverse the text around it. */
const isolated = (text: string) => `\u2068${text}\u2069`;

const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const sessionLine = ({ username, expiresAt }: Session) =>
  `Signed in as ${username} until ${dateAndTime.format(expiresAt)}.`;
