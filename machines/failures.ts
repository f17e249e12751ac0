/** What is known of a failure code, whatever caused it. */
export interface FailureTraits {
  /** Who can do something about it. `nobody`: it takes time. */
  readonly actor: 'user' | 'administrator' | 'developer' | 'nobody';
  /** Whether starting over with the same credentials can help. */
  readonly retryable: boolean;
  /** The exit code of the command. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 130;
}

/** Every way a login or a session can fail: the one table that types, exit codes and documents derive from. */
export const failures = {
  'invalid-credentials': { actor: 'user', retryable: false, exitCode: 3 },
  'invalid-code': { actor: 'user', retryable: true, exitCode: 3 },
  'ticket-expired': { actor: 'user', retryable: true, exitCode: 3 },
  'password-expired': { actor: 'user', retryable: false, exitCode: 3 },
  'pin-not-set': { actor: 'user', retryable: false, exitCode: 3 },
  'unknown-app-key': { actor: 'administrator', retryable: false, exitCode: 3 },
  'too-many-attempts': { actor: 'nobody', retryable: true, exitCode: 3 },
  'unsupported-step': { actor: 'developer', retryable: false, exitCode: 3 },
  refused: { actor: 'administrator', retryable: false, exitCode: 3 },
  'malformed-reply': { actor: 'administrator', retryable: true, exitCode: 5 },
  'server-error': { actor: 'nobody', retryable: true, exitCode: 5 },
  network: { actor: 'user', retryable: true, exitCode: 5 },
  timeout: { actor: 'nobody', retryable: true, exitCode: 5 },
  redirected: { actor: 'administrator', retryable: true, exitCode: 5 },
  interrupted: { actor: 'user', retryable: false, exitCode: 5 },
  'insecure-url': { actor: 'developer', retryable: false, exitCode: 2 },
  'invalid-input': { actor: 'user', retryable: false, exitCode: 2 },
  'session-expired': { actor: 'user', retryable: false, exitCode: 4 },
  'session-rejected': { actor: 'user', retryable: false, exitCode: 4 },
  'not-signed-in': { actor: 'user', retryable: false, exitCode: 4 },
  'store-unavailable': { actor: 'user', retryable: false, exitCode: 6 },
  'store-damaged': { actor: 'user', retryable: false, exitCode: 6 },
  cancelled: { actor: 'user', retryable: false, exitCode: 130 },
  'wrong-state': { actor: 'developer', retryable: false, exitCode: 1 },
  unexpected: { actor: 'developer', retryable: false, exitCode: 1 },
} as const satisfies Record<string, FailureTraits>;

/** The stable name of a failure. Programs may rely on it. */
export type FailureCode = keyof typeof failures;

/** What went wrong, as plain data: it holds no request, header, body or secret, and may be logged. */
export interface AuthFailure {
  readonly code: FailureCode;
  /** The step of the login that the server named, e.g. `VerificationCode`. */
  readonly step: string | null;
  /** The server's own words, for the user to read. Often localised. */
  readonly reason: string | null;
  /** What was wrong, in English, for the person who looks into it. */
  readonly detail: string | null;
  /** Whether starting over with the same credentials can help. */
  readonly retryable: boolean;
  /** Seconds to wait before another attempt, where the server told. */
  readonly retryAfter: number | null;
}

/** A failure of the given code; what is not told is `null`. */
export function createFailure(
  code: FailureCode,
  told: Partial<Pick<AuthFailure, 'step' | 'reason' | 'detail' | 'retryAfter'>> = {},
): AuthFailure {
  const { retryable } = failures[code];
  return { code, step: null, reason: null, detail: null, retryable, retryAfter: null, ...told };
}
