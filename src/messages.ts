import type { AuthFailure, FailureCode } from '../machines/failures.ts';
import type { Challenge } from '../machines/vocabulary.ts';

/** The texts for a failure. */
export interface Message {
  /** What happened. */
  readonly problem: string;
  /** What to do next. */
  readonly remedy: string;
}

/** The texts for each failure code. */
export type Messages = Readonly<Record<FailureCode, Message>>;

/** English. Another language is another object of the type {@link Messages}; the compiler reports missing codes. */
export const messages: Messages = {
  'invalid-credentials': {
    problem: 'The user name or the password is wrong.',
    remedy: 'Check both and sign in again.',
  },
  'invalid-code': {
    problem: 'The code or PIN was not accepted.',
    remedy: 'Start over. If a code is needed, a new one is sent.',
  },
  'ticket-expired': {
    problem: 'The login took too long, or another one replaced it.',
    remedy: 'Start over to get a new code.',
  },
  'password-expired': {
    problem: 'The password has expired.',
    remedy:
      "Change it by `etna-auth login` in a terminal, on a login screen, or at your broker's, then sign in with the new one.",
  },
  'pin-not-set': {
    problem: 'The account needs a PIN that has not been set yet.',
    remedy: "Set it by `etna-auth login` in a terminal, on a login screen, or at your broker's, then sign in again.",
  },
  'unknown-app-key': {
    problem: 'The server does not know the application key.',
    remedy: 'Ask your broker for a valid key, and check that it belongs to this base URL.',
  },
  'too-many-attempts': {
    problem: 'Too many login attempts in a short time.',
    remedy: 'Wait a minute, then try again.',
  },
  'unsupported-step': {
    problem: 'The server requires a login step that this program does not support.',
    remedy:
      'Report it to the developers: challengeHeaders (--challenge-header in the command) adds support for a step.',
  },
  refused: {
    problem: 'The server refused the login.',
    remedy: 'Ask your broker about the account.',
  },
  'malformed-reply': {
    problem: "The reply does not follow ETNA's protocol.",
    remedy: 'Check the base URL, and make sure that no proxy or Wi-Fi login page is in the way, then try again.',
  },
  'server-error': {
    problem: 'The server reported an internal error.',
    remedy: 'Try again later.',
  },
  network: {
    problem: 'The server could not be reached.',
    remedy: 'Check the connection and the base URL, then try again.',
  },
  timeout: {
    problem: 'No answer arrived in time.',
    remedy: 'Try again later.',
  },
  redirected: {
    problem: 'The server redirected the request. Passwords are never sent to another address.',
    remedy: 'Check the base URL, and make sure that no Wi-Fi login page is in the way, then try again.',
  },
  interrupted: {
    problem: 'The login was interrupted.',
    remedy: 'Sign in again.',
  },
  'insecure-url': {
    problem: 'The base URL is not encrypted, so nothing was sent.',
    remedy: 'Use an address that starts with https://.',
  },
  'invalid-input': {
    problem: 'A value is missing or not valid.',
    remedy: 'Correct it and try again.',
  },
  'session-expired': {
    problem: 'The session has expired.',
    remedy: 'Sign in again.',
  },
  'session-rejected': {
    problem: 'The server has ended the session.',
    remedy: 'Sign in again.',
  },
  'not-signed-in': {
    problem: 'Nobody is signed in.',
    remedy: 'Sign in first.',
  },
  'store-unavailable': {
    problem: 'The session store is unavailable.',
    remedy: 'Fix its permissions, or choose another store.',
  },
  'store-damaged': {
    problem: 'The stored session is not valid and was not changed.',
    remedy: 'Delete it to sign in again.',
  },
  cancelled: {
    problem: 'The login was cancelled.',
    remedy: 'Sign in again when you are ready.',
  },
  'wrong-state': {
    problem: 'This action is not possible in the current state.',
    remedy: 'Check the state of the login first.',
  },
  unexpected: {
    problem: 'An unexpected error occurred.',
    remedy: 'Report it to the developers, then sign in again.',
  },
};

/** The text for a rejected code, PIN or password, by the kind of challenge. */
const refusals: Readonly<Record<Challenge['kind'], string>> = {
  code: 'The code was not accepted.',
  pin: 'The PIN was not accepted.',
  other: 'The answer was not accepted.',
  'new-password': 'The new password was not accepted.',
  'new-pin': 'The new PIN was not accepted.',
};

/**
 * Explains why a challenge is repeated; empty for a new one. The server's own words are in `challenge.reason`.
 *
 * @example
 * ```ts
 * import { createAuth } from 'etna-auth';
 * import { explainProblem } from 'etna-auth/messages';
 *
 * const auth = createAuth({ baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' });
 * auth.subscribe((login) => {
 *   if (login.state === 'awaitingCode') console.log(explainProblem(login.challenge), login.challenge.reason);
 * });
 * ```
 */
export function explainProblem({ kind, problem }: Challenge, words: Messages = messages): string {
  if (problem === null) return '';
  if (problem === 'invalid-code') return refusals[kind];
  const isSetUp = kind === 'new-password' || kind === 'new-pin';
  if (!isSetUp || problem === 'invalid-input') return words[problem].problem;
  const what = kind === 'new-pin' ? 'PIN' : 'password';
  return `${words[problem].problem} The new ${what} may already be in effect: if it is not accepted now, cancel and sign in with it.`;
}

/** What the operating system's error codes mean, where that helps to fix the cause. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/,
    'the certificate is not trusted; set NODE_EXTRA_CA_CERTS to a file with your CA certificate',
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    'the certificate has expired or is not valid yet, or the clock of this machine is wrong',
  ],
  [/ALTNAME_INVALID/, 'the certificate is for another host'],
  [/^(ERR_SSL_.*|EPROTO)$/, 'the TLS handshake failed; the server may not speak TLS, or only an unsupported version'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the host name cannot be resolved'],
  [/^ECONNREFUSED$/, 'nothing is listening at this address'],
  [/^(ENETUNREACH|EHOSTUNREACH)$/, 'there is no way to this address'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'the connection was closed'],
  [/^(Z_.*|ERR_ENCODING.*)$/, 'the compressed reply is corrupt'],
];

/** A detail, with an explanation if it is an error code of the operating system. */
function meaningOf(detail: string): string {
  const [code = '', ...hints] = detail.split('; ');
  const meaning = causes.find(([pattern]) => pattern.test(code))?.[1];
  return [meaning ? `${code}: ${meaning}` : code, ...hints].join('; ');
}

/**
 * Explains a failure: what happened, the server's reason or else the detail, and what to do next.
 *
 * @example
 * ```ts
 * import { createAuth } from 'etna-auth';
 * import { explain } from 'etna-auth/messages';
 *
 * const auth = createAuth({ baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' });
 * const step = await auth.login({ username: 'trader', password: '…' });
 * if (step.state === 'failed') console.log(explain(step.failure));
 * // The user name or the password is wrong. (Invalid credentials) Check both and sign in again.
 * ```
 */
export function explain(failure: AuthFailure, words: Messages = messages): string {
  const { problem, remedy } = words[failure.code];
  const particulars = [
    failure.code === 'unsupported-step' && failure.step,
    failure.reason ?? (failure.detail && meaningOf(failure.detail)),
    failure.retryAfter !== null && `Retry-After: ${failure.retryAfter} s`,
  ].filter(Boolean);
  return [problem, particulars.length > 0 && `(${particulars.join('; ')})`, remedy].filter(Boolean).join(' ');
}
