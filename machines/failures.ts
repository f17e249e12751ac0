/** What is known about a failure code, whatever caused it. */
export interface FailureTraits {
  /** Who can help. `nobody`: wait, then try again. */
  readonly responsible: 'user' | 'administrator' | 'developer' | 'nobody';
  /** Whether starting over with the same credentials can help. */
  readonly retryable: boolean;
  /** The exit code of the command. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 130;
}

/** Every way a login or a session can fail: the one table that types, exit codes and documents derive from. */
export const failures = {
  'invalid-credentials': { responsible: 'user', retryable: false, exitCode: 3 },
  'invalid-code': { responsible: 'user', retryable: true, exitCode: 3 },
  'ticket-expired': { responsible: 'user', retryable: true, exitCode: 3 },
  'password-expired': { responsible: 'user', retryable: false, exitCode: 3 },
  'pin-not-set': { responsible: 'user', retryable: false, exitCode: 3 },
  'unknown-app-key': { responsible: 'administrator', retryable: false, exitCode: 3 },
  'too-many-attempts': { responsible: 'nobody', retryable: true, exitCode: 3 },
  'unsupported-step': { responsible: 'developer', retryable: false, exitCode: 3 },
  refused: { responsible: 'administrator', retryable: false, exitCode: 3 },
  'malformed-reply': { responsible: 'administrator', retryable: true, exitCode: 5 },
  'server-error': { responsible: 'nobody', retryable: true, exitCode: 5 },
  network: { responsible: 'user', retryable: true, exitCode: 5 },
  timeout: { responsible: 'nobody', retryable: true, exitCode: 5 },
  redirected: { responsible: 'administrator', retryable: true, exitCode: 5 },
  interrupted: { responsible: 'user', retryable: false, exitCode: 5 },
  'insecure-url': { responsible: 'developer', retryable: false, exitCode: 2 },
  'invalid-input': { responsible: 'user', retryable: false, exitCode: 2 },
  'session-expired': { responsible: 'user', retryable: false, exitCode: 4 },
  'session-rejected': { responsible: 'user', retryable: false, exitCode: 4 },
  'not-signed-in': { responsible: 'user', retryable: false, exitCode: 4 },
  'store-unavailable': { responsible: 'user', retryable: false, exitCode: 6 },
  'store-damaged': { responsible: 'user', retryable: false, exitCode: 6 },
  cancelled: { responsible: 'user', retryable: false, exitCode: 130 },
  'wrong-state': { responsible: 'developer', retryable: false, exitCode: 1 },
  unexpected: { responsible: 'developer', retryable: false, exitCode: 1 },
} as const satisfies Record<string, FailureTraits>;

/** The stable name of a failure. Programs may rely on it. */
export type FailureCode = keyof typeof failures;

/** What went wrong, as plain data: without any request, header, body or secret, so it is safe to log. */
export interface AuthFailure {
  readonly code: FailureCode;
  /** The step of the login that the server named, e.g. `VerificationCode`. */
  readonly step: string | null;
  /** The server's own words, to show to the user. Often localised. */
  readonly reason: string | null;
  /** Details in English, for the person who investigates. */
  readonly detail: string | null;
  /** Whether starting over with the same credentials can help. */
  readonly retryable: boolean;
  /** Seconds to wait before another attempt, if the server said so. */
  readonly retryAfter: number | null;
}

/** Everything about a failure beyond its code; `null` by default. */
export type FailureDetails = Partial<Pick<AuthFailure, 'step' | 'reason' | 'detail' | 'retryAfter'>>;

/**
 * A failure as an error. It contains only the plain {@link AuthFailure}: no `cause`, no request, no response.
 *
 * @example
 * ```ts
 * import { AuthError } from 'etna-auth';
 *
 * const error = new AuthError('timeout', { detail: '10000 ms' });
 * console.log(error.code, error.failure.retryable); // timeout true
 * ```
 */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly failure: AuthFailure;

  /** `message` defaults to the detail, or to the code if there is none. */
  constructor(
    code: FailureCode,
    { step = null, reason = null, detail = null, retryAfter = null }: FailureDetails = {},
    message: string = detail ?? code,
  ) {
    super(message);
    this.failure = { code, step, reason, detail, retryable: failures[code].retryable, retryAfter };
  }

  /** The stable name of the failure. */
  get code(): FailureCode {
    return this.failure.code;
  }
}
