import type { AuthFailure, FailureCode } from '../../machines/failures.ts';

/**
 * A failure as an error, for code that throws and catches. It carries the plain {@link AuthFailure} and nothing else: no
 * `cause`, no request, no response.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly failure: AuthFailure;

  constructor(failure: AuthFailure, message: string = failure.detail ?? failure.code) {
    super(message);
    this.failure = failure;
  }

  /** The stable name of the failure. */
  get code(): FailureCode {
    return this.failure.code;
  }
}
