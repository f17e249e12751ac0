import type { AuthFailure, FailureCode } from '../machines/failures.ts';

/** What a user reads of a failure. */
export interface Message {
  /** What happened. */
  readonly problem: string;
  /** What to do next. */
  readonly remedy: string;
}

/** The words per failure code. */
export type Messages = Readonly<Record<FailureCode, Message>>;

/** English. Another language is another object of the type {@link Messages}; the compiler tells when a code is missing. */
export const messages: Messages = {
  'invalid-credentials': {
    problem: 'The user name or the password is wrong.',
    remedy: 'Check both and sign in again.',
  },
  'invalid-code': {
    problem: 'The server did not accept the code.',
    remedy: 'Start over to get a new one.',
  },
  'ticket-expired': {
    problem: 'The login took too long, or another one replaced it.',
    remedy: 'Start over to get a new code.',
  },
  'password-expired': {
    problem: 'The password has expired.',
    remedy: "Change it in your broker's terminal, then sign in with the new one.",
  },
  'pin-not-set': {
    problem: 'The account needs a PIN that has not been set yet.',
    remedy: "Set it in your broker's terminal, then sign in again.",
  },
  'unknown-app-key': {
    problem: 'The server does not know the application key.',
    remedy: 'Ask your broker for a valid key, and check that it belongs to this base URL.',
  },
  'too-many-attempts': {
    problem: 'There were too many logins in a short time.',
    remedy: 'Wait a minute, then try again.',
  },
  'unsupported-step': {
    problem: 'The server asks for a step that this program does not know.',
    remedy: 'Tell its developers: the option challengeHeaders names the header that answers the step.',
  },
  refused: {
    problem: 'The server refused the login.',
    remedy: 'Ask your broker about the account.',
  },
  'malformed-reply': {
    problem: "What answered does not speak ETNA's protocol.",
    remedy: 'Check the base URL, and that no proxy or Wi-Fi login page stands in between; then try again.',
  },
  'server-error': {
    problem: 'The server has a problem of its own.',
    remedy: 'Try again in a while.',
  },
  network: {
    problem: 'The server could not be reached.',
    remedy: 'Check the connection and the base URL, then try again.',
  },
  timeout: {
    problem: 'The server did not answer in time.',
    remedy: 'Try again in a while.',
  },
  redirected: {
    problem: 'The server points elsewhere, and passwords are not sent after it.',
    remedy: 'Check the base URL, and that no Wi-Fi login page stands in between; then try again.',
  },
  interrupted: {
    problem: 'The login was interrupted.',
    remedy: 'Sign in again.',
  },
  'insecure-url': {
    problem: 'The base URL is not encrypted, so no password is sent there.',
    remedy: 'Use an address that starts with https.',
  },
  'invalid-input': {
    problem: 'Something is missing, or cannot be used as it is.',
    remedy: 'Correct it and try again.',
  },
  'session-expired': {
    problem: 'The session is over.',
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
    problem: 'The place where sessions are kept cannot be used.',
    remedy: 'See to it, or choose another store.',
  },
  'store-damaged': {
    problem: 'What is kept there is not a session of ours, and was left as it is.',
    remedy: 'Look at it, and delete it if it is of no use to anybody.',
  },
  cancelled: {
    problem: 'The login was cancelled.',
    remedy: 'Sign in again when you like.',
  },
  'wrong-state': {
    problem: 'The login is not in a state for that.',
    remedy: 'Look at its state first.',
  },
  unexpected: {
    problem: 'Something went wrong that nobody foresaw.',
    remedy: 'Tell the developers of this program, and sign in again.',
  },
};

/** What the system's codes mean, where that helps to mend what is wrong. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/,
    'the certificate is not trusted: NODE_EXTRA_CA_CERTS names a file of further authorities',
  ],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'the certificate is out of date, or the clock of this machine is wrong'],
  [/ALTNAME_INVALID/, 'the certificate belongs to another host'],
  [/^(ERR_SSL_.*|EPROTO)$/, 'no common version of TLS, or no TLS at all'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the name of the host is not known'],
  [/^ECONNREFUSED$/, 'nothing listens at this address'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'the connection broke off'],
  [/^(Z_.*|ERR_ENCODING.*)$/, 'the compressed reply is damaged'],
];

/** A detail, and what it means where it is a code of the system. */
function meaningOf(detail: string): string {
  const meaning = causes.find(([code]) => code.test(detail))?.[1];
  return meaning ? `${detail}: ${meaning}` : detail;
}

/**
 * A failure in words: what happened, the server's reason or else our detail, and what to do next.
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
